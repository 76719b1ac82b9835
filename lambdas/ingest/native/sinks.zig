//! Arrow's buffers of one column, as they are filled.

const json_lines = @import("json_lines.zig");

pub const Kind = enum(u8) { string, integer, double, decimal, boolean, date, timestamp };

/// Where the values of a column go. The caller gives the room, with all bits zero.
pub const Values = extern struct {
    validity: [*]u8,
    /// Values of fixed width, bits of truth values, or the offsets of texts.
    values: [*]u8,
    text: [*]u8,
    text_room: u64,
    text_length: u64,
    /// Rows with a cell for the law, by index.
    suspects: [*]u32,
    suspects_found: u64,
    nulls: u64,
    /// Suspects whose value is not known; the others only break a rule.
    unknown: u64,
};

pub const Escapes = union(enum) {
    none,
    /// The byte of which two stand for one.
    doubled: u8,
    json,
};

pub const Text = struct {
    bytes: []const u8,
    escapes: Escapes,
};

/// What a cell is read as.
pub fn Value(comptime kind: Kind) type {
    return if (kind == .string) Text else Kept(kind);
}

/// What a cell is once it is stored.
pub fn Kept(comptime kind: Kind) type {
    return switch (kind) {
        .string => []const u8,
        .integer, .timestamp => i64,
        .double => f64,
        .decimal => i128,
        .boolean => bool,
        .date => i32,
    };
}

pub fn Sink(comptime kind: Kind) type {
    return struct {
        const Self = @This();
        const Stored = switch (kind) {
            .string => i32,
            .boolean => u8,
            else => Kept(kind),
        };

        validity: []u8,
        values: []align(1) Stored,
        text: []u8,
        suspects: []u32,
        length: usize = 0,
        suspects_found: usize = 0,
        nulls: u64 = 0,
        unknown: u64 = 0,

        pub fn init(rows: usize, out: *Values) Self {
            const values: [*]align(1) Stored = @ptrCast(out.values);
            if (kind == .string) values[0] = 0;
            return .{
                .validity = out.validity[0 .. (rows + 7) / 8],
                .values = values[0..switch (kind) {
                    .string => rows + 1,
                    .boolean => (rows + 7) / 8,
                    else => rows,
                }],
                .text = out.text[0..out.text_room],
                .suspects = out.suspects[0..rows],
            };
        }

        pub inline fn put(self: *Self, index: usize, value: Value(kind)) Kept(kind) {
            self.validity[index / 8] |= bit(index);
            switch (kind) {
                .string => {
                    const kept = self.putText(value);
                    self.values[index + 1] = @intCast(self.length);
                    return kept;
                },
                .boolean => if (value) {
                    self.values[index / 8] |= bit(index);
                },
                else => self.values[index] = value,
            }
            return value;
        }

        pub inline fn putNull(self: *Self, index: usize) void {
            self.nulls += 1;
            switch (kind) {
                .string => self.values[index + 1] = @intCast(self.length),
                .boolean => {},
                else => self.values[index] = 0,
            }
        }

        /// A cell that the engine cannot read.
        pub inline fn putUnknown(self: *Self, index: usize) void {
            self.putNull(index);
            self.suspect(index);
            self.unknown += 1;
        }

        pub inline fn suspect(self: *Self, index: usize) void {
            // A row has one cell in a column, so there is room.
            self.suspects[self.suspects_found] = @intCast(index);
            self.suspects_found += 1;
        }

        pub fn finish(self: *const Self, out: *Values) void {
            out.text_length = self.length;
            out.suspects_found = self.suspects_found;
            out.nulls = self.nulls;
            out.unknown = self.unknown;
        }

        fn putText(self: *Self, text: Text) []const u8 {
            const target = self.text[self.length..];
            const length = switch (text.escapes) {
                .none => text.bytes.len,
                .doubled => |quote| undoubled(text.bytes, quote, target),
                .json => json_lines.decode(text.bytes, target),
            };
            if (text.escapes == .none) @memcpy(target[0..length], text.bytes);
            self.length += length;
            return target[0..length];
        }
    };
}

fn bit(index: usize) u8 {
    return @as(u8, 1) << @as(u3, @intCast(index % 8));
}

fn undoubled(bytes: []const u8, quote: u8, target: []u8) usize {
    var length: usize = 0;
    var at: usize = 0;
    while (at < bytes.len) : (at += 1) {
        target[length] = bytes[at];
        length += 1;
        if (bytes[at] == quote) at += 1;
    }
    return length;
}
