//! Where the cells of a block's rows stand.

pub const Form = enum(u3) {
    /// Text as it stands.
    plain = 0,
    /// Text in which each doubled quote is one (CSV), or with escapes (JSON).
    escaped = 1,
    number = 2,
    true_ = 3,
    false_ = 4,
    /// No cell, or JSON's null.
    absent = 5,
    /// The law reads the whole row.
    told = 7,
};

pub const Span = packed struct(u64) {
    start: u32,
    length: u29,
    form: Form,

    pub fn of(start: usize, end: usize, form: Form) Span {
        return .{ .start = @intCast(start), .length = @intCast(end - start), .form = form };
    }

    pub fn text(self: Span, data: []const u8) []const u8 {
        return data[self.start..][0..self.length];
    }
};

pub const absent = Span{ .start = 0, .length = 0, .form = .absent };

pub const told = Span{ .start = 0, .length = 0, .form = .told };

/// The bytes of a row, without its line end.
pub const Row = extern struct {
    start: u32,
    end: u32,
};

pub const Irregularity = enum(u32) {
    field_count = 1,
    not_utf8 = 2,
    text_after_quote = 3,
    carriage_return = 4,
    unclosed_quote = 5,
    field_too_long = 6,
    /// The law has to read the line, which is kept as a row.
    undecided = 7,
};

pub const Irregular = extern struct {
    line: i64,
    start: u32,
    end: u32,
    what: Irregularity,
    /// The number of fields, where that is what is wrong; the row's index, where the law has to read it.
    fields: u32,
};

/// What a splitter found in a block. The caller gives the room; a full room ends the call early.
pub const Split = extern struct {
    rows: [*]Row,
    /// Per row, the physical line of its first byte.
    lines: [*]i64,
    rows_room: u32,
    rows_found: u32,
    irregular: [*]Irregular,
    irregular_room: u32,
    irregular_found: u32,
    spans: [*]Span,
    width: u32,
    /// Whether all text is ASCII.
    ascii: u32,
    consumed: u64,
    /// The line of the first byte that was not consumed.
    line: i64,

    pub fn isFull(self: *const Split) bool {
        return self.rows_found == self.rows_room or self.irregular_found == self.irregular_room;
    }

    pub fn row(self: *Split) []Span {
        const all = self.spans[0 .. @as(usize, self.rows_room) * self.width];
        return all[@as(usize, self.rows_found) * self.width ..][0..self.width];
    }

    pub fn keepRow(self: *Split, line: i64, start: usize, end: usize) void {
        self.rows[0..self.rows_room][self.rows_found] = .{ .start = @intCast(start), .end = @intCast(end) };
        self.lines[0..self.rows_room][self.rows_found] = line;
        self.rows_found += 1;
    }

    pub fn keepIrregular(self: *Split, line: i64, start: usize, end: usize, what: Irregularity, fields: usize) void {
        self.irregular[0..self.irregular_room][self.irregular_found] = .{
            .line = line,
            .start = @intCast(start),
            .end = @intCast(end),
            .what = what,
            .fields = @intCast(fields),
        };
        self.irregular_found += 1;
    }

    /// Take rows out again, given by index in ascending order.
    pub fn drop(self: *Split, dropped: []const u32) void {
        const rows = self.rows[0..self.rows_room];
        const lines = self.lines[0..self.rows_room];
        const all = self.spans[0 .. @as(usize, self.rows_room) * self.width];
        var kept: usize = 0;
        var next: usize = 0;
        for (0..self.rows_found) |index| {
            if (next < dropped.len and dropped[next] == index) {
                next += 1;
                continue;
            }
            rows[kept] = rows[index];
            lines[kept] = lines[index];
            if (kept != index) @memcpy(all[kept * self.width ..][0..self.width], all[index * self.width ..][0..self.width]);
            kept += 1;
        }
        self.rows_found = @intCast(kept);
    }
};
