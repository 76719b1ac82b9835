//! Finds the bytes that structure a text, 64 at a time.

const std = @import("std");

const width = 64;
const Block = @Vector(width, u8);

/// Yields the positions of structural bytes in order; `data.len` when there are no more.
pub const Scanner = struct {
    data: []const u8,
    wanted: [4]u8,
    base: usize = 0,
    mask: u64 = 0,

    pub fn init(data: []const u8, wanted: [4]u8, start: usize) Scanner {
        var scanner = Scanner{ .data = data, .wanted = wanted };
        scanner.seek(start);
        return scanner;
    }

    pub fn next(self: *Scanner) usize {
        while (self.mask == 0) {
            self.base += width;
            if (self.base >= self.data.len) {
                self.base = self.data.len;
                return self.data.len;
            }
            self.mask = self.load(self.base);
        }
        const offset = @ctz(self.mask);
        self.mask &= self.mask - 1;
        return self.base + offset;
    }

    /// Go on with the first structural byte at or after a position.
    pub fn seek(self: *Scanner, position: usize) void {
        if (position >= self.data.len) {
            self.base = self.data.len;
            self.mask = 0;
            return;
        }
        self.base = position - position % width;
        const before = @as(u6, @intCast(position % width));
        self.mask = self.load(self.base) & (~@as(u64, 0) << before);
    }

    fn load(self: *const Scanner, base: usize) u64 {
        var block: Block = undefined;
        if (base + width <= self.data.len) {
            block = self.data[base..][0..width].*;
            return matches(block, self.wanted);
        }
        var padded: [width]u8 = @splat(0);
        const rest = self.data.len - base;
        @memcpy(padded[0..rest], self.data[base..]);
        block = padded;
        const inside = (@as(u64, 1) << @as(u6, @intCast(rest))) - 1;
        return matches(block, self.wanted) & inside;
    }
};

fn matches(block: Block, wanted: [4]u8) u64 {
    var mask: u64 = 0;
    inline for (0..4) |index| {
        const equal = block == @as(Block, @splat(wanted[index]));
        mask |= @as(u64, @bitCast(equal));
    }
    return mask;
}

pub fn isAscii(data: []const u8) bool {
    var position: usize = 0;
    var seen: Block = @splat(0);
    while (position + width <= data.len) : (position += width) {
        seen |= @as(Block, data[position..][0..width].*);
    }
    var rest: u8 = @reduce(.Or, seen);
    while (position < data.len) : (position += 1) rest |= data[position];
    return rest < 0x80;
}

/// Where a JSON string ends, or has an escape or a byte that it may not have; `data.len` for nowhere.
pub fn stringEnd(data: []const u8, start: usize) usize {
    var position = start;
    while (position + 16 <= data.len) : (position += 16) {
        const part: Part = data[position..][0..16].*;
        const quotes: u16 = @bitCast(part == @as(Part, @splat('"')));
        const escapes: u16 = @bitCast(part == @as(Part, @splat('\\')));
        const controls: u16 = @bitCast(part < @as(Part, @splat(' ')));
        const found = quotes | escapes | controls;
        if (found != 0) return position + @ctz(found);
    }
    while (position < data.len) : (position += 1) {
        const byte = data[position];
        if (byte == '"' or byte == '\\' or byte < ' ') return position;
    }
    return data.len;
}

pub fn isUtf8(data: []const u8) bool {
    return isAscii(data) or std.unicode.utf8ValidateSlice(data);
}

/// The number of code points of valid UTF-8.
pub fn characters(data: []const u8) usize {
    return data.len - countWhere(data, isContinuation);
}

pub fn countLineFeeds(data: []const u8) usize {
    return countWhere(data, isLineFeed);
}

const Part = @Vector(16, u8);

fn isContinuation(part: Part) @Vector(16, bool) {
    return part & @as(Part, @splat(0xC0)) == @as(Part, @splat(0x80));
}

fn isLineFeed(part: Part) @Vector(16, bool) {
    return part == @as(Part, @splat('\n'));
}

fn countWhere(data: []const u8, comptime holds: fn (Part) @Vector(16, bool)) usize {
    var count: usize = 0;
    var position: usize = 0;
    while (position + 16 <= data.len) : (position += 16) {
        count += @popCount(@as(u16, @bitCast(holds(data[position..][0..16].*))));
    }
    var rest: [16]u8 = @splat(0);
    @memcpy(rest[0 .. data.len - position], data[position..]);
    return count + @popCount(@as(u16, @bitCast(holds(rest))));
}
