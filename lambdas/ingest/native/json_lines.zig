//! NDJSON into rows and cells. A line that is not certainly an object of the contract's fields, each
//! with a simple value, is a row whose cells the law tells.

const std = @import("std");
const scan = @import("scan.zig");
const spans = @import("spans.zig");
const Texts = @import("texts.zig").Texts;

const Span = spans.Span;

/// Python reads no integer of more than 4,300 digits.
const longest_number = 4000;
/// As `json_rows.py` has it.
const longest_line = 4 << 20;

const Line = struct {
    data: []const u8,
    at: usize,
    /// Where the line ends, line end left out.
    end: usize,

    fn peek(self: *const Line) u8 {
        return if (self.at < self.end) self.data[self.at] else 0;
    }

    fn take(self: *Line, byte: u8) bool {
        if (self.peek() != byte) return false;
        self.at += 1;
        return true;
    }

    fn skipSpace(self: *Line) void {
        while (self.peek() == ' ' or self.peek() == '\t' or self.peek() == '\r') self.at += 1;
    }

    fn value(self: *Line) ?Span {
        return switch (self.peek()) {
            '"' => self.string(),
            '-', '0'...'9' => self.number(),
            't' => self.word("true", .true_),
            'f' => self.word("false", .false_),
            'n' => self.word("null", .absent),
            else => null,
        };
    }

    fn word(self: *Line, comptime wanted: []const u8, form: spans.Form) ?Span {
        const start = self.at;
        const end = start + wanted.len;
        if (end > self.end or !std.mem.eql(u8, self.data[start..end], wanted)) return null;
        self.at = end;
        return Span.of(start, end, form);
    }

    fn string(self: *Line) ?Span {
        if (!self.take('"')) return null;
        const start = self.at;
        var form: spans.Form = .plain;
        while (true) {
            self.at = scan.stringEnd(self.data[0..self.end], self.at);
            if (self.at == self.end) return null;
            switch (self.data[self.at]) {
                '"' => {
                    self.at += 1;
                    return Span.of(start, self.at - 1, form);
                },
                '\\' => {
                    form = .escaped;
                    self.at += escapeLength(self.data[self.at..self.end]) orelse return null;
                },
                else => return null,
            }
        }
    }

    fn number(self: *Line) ?Span {
        const start = self.at;
        _ = self.take('-');
        if (!self.take('0') and !self.digits()) return null;
        if (self.take('.') and !self.digits()) return null;
        if (self.take('e') or self.take('E')) {
            if (!self.take('+')) _ = self.take('-');
            if (!self.digits()) return null;
        }
        return if (self.at - start > longest_number) null else Span.of(start, self.at, .number);
    }

    fn digits(self: *Line) bool {
        const start = self.at;
        while (self.peek() -% '0' <= 9) self.at += 1;
        return self.at > start;
    }
};

/// The length of the escape that a text begins with; null where it is none.
fn escapeLength(text: []const u8) ?usize {
    if (text.len < 2) return null;
    switch (text[1]) {
        '"', '\\', '/', 'b', 'f', 'n', 'r', 't' => return 2,
        'u' => {
            if (text.len < 6) return null;
            for (text[2..6]) |byte| if (!std.ascii.isHex(byte)) return null;
            return 6;
        },
        else => return null,
    }
}

/// Whether every escape of a text stands for a character: halves of a pair are left to the law.
pub fn isDecodable(text: []const u8) bool {
    var at: usize = 0;
    while (std.mem.findScalarPos(u8, text, at, '\\')) |escape| {
        if (text[escape + 1] == 'u' and unit(text[escape + 2 ..]) & 0xF800 == 0xD800) return false;
        at = escape + 2;
    }
    return true;
}

/// Write a text with its escapes decoded; the room is never smaller than the text.
pub fn decode(text: []const u8, target: []u8) usize {
    var length: usize = 0;
    var at: usize = 0;
    while (std.mem.findScalarPos(u8, text, at, '\\')) |escape| {
        @memcpy(target[length..][0 .. escape - at], text[at..escape]);
        length += escape - at;
        if (text[escape + 1] == 'u') {
            length += std.unicode.utf8Encode(unit(text[escape + 2 ..]), target[length..]) catch unreachable;
            at = escape + 6;
        } else {
            target[length] = switch (text[escape + 1]) {
                'b' => 8,
                'f' => 12,
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                else => |same| same,
            };
            length += 1;
            at = escape + 2;
        }
    }
    @memcpy(target[length..][0 .. text.len - at], text[at..]);
    return length + text.len - at;
}

fn unit(hex: []const u8) u16 {
    var number: u16 = 0;
    for (hex[0..4]) |byte| number = number << 4 | (std.fmt.charToDigit(byte, 16) catch unreachable);
    return number;
}

/// Read a line's object into a row, a place for each name; false where only the law can.
fn object(line: *Line, names: Texts, row: []Span) bool {
    @memset(row, spans.absent);
    line.skipSpace();
    if (!line.take('{')) return false;
    line.skipSpace();
    var expected: usize = 0;
    var more = !line.take('}');
    while (more) {
        line.skipSpace();
        const name = line.string() orelse return false;
        if (name.form != .plain) return false;
        const place = names.find(name.text(line.data), expected) orelse return false;
        line.skipSpace();
        if (!line.take(':')) return false;
        line.skipSpace();
        const value = line.value() orelse return false;
        // A field that is there twice; no value stands at the beginning of a block.
        if (row[place].start != 0) return false;
        row[place] = value;
        expected = place + 1;
        line.skipSpace();
        more = line.take(',');
        if (!more and !line.take('}')) return false;
    }
    line.skipSpace();
    return line.at == line.end;
}

/// Split whole lines into rows with a cell for each name, beginning at `found.consumed`.
pub fn split(data: []const u8, names: Texts, found: *spans.Split) void {
    const ascii = scan.isAscii(data);
    found.ascii = @intFromBool(ascii);
    var start: usize = found.consumed;
    while (start < data.len and !found.isFull()) {
        const feed = std.mem.findScalarPos(u8, data, start, '\n') orelse data.len;
        if (std.mem.trim(u8, data[start..feed], " \t\r\x0b\x0c").len > 0) {
            const end = if (data[feed - 1] == '\r') feed - 1 else feed;
            var line = Line{ .data = data, .at = start, .end = end };
            const row = found.row();
            const fits = end - start <= longest_line and (ascii or scan.isUtf8(data[start..end]));
            if (!fits or !object(&line, names, row)) {
                @memset(row, spans.told);
                found.keepIrregular(found.line, start, end, .undecided, found.rows_found);
            }
            found.keepRow(found.line, start, end);
        }
        found.line += @intFromBool(feed < data.len);
        start = @min(feed + 1, data.len);
        found.consumed = start;
    }
}
