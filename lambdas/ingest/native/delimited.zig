//! CSV into rows and fields, as Python's csv module splits it when it is strict.

const std = @import("std");
const scan = @import("scan.zig");
const spans = @import("spans.zig");

const Irregularity = spans.Irregularity;
const Span = spans.Span;

pub const Dialect = extern struct {
    delimiter: u8,
    quote: u8,
    /// Whether the block is the file's last: nothing can close an open quote any more.
    last: u8,
    padding: u8 = 0,
    /// Beyond these an open quote is taken for one that is never closed.
    record_lines: u32,
    record_bytes: u32,
};

const Ending = enum { field, record, unfinished, text_after_quote, carriage_return };

const Reader = struct {
    data: []const u8,
    dialect: Dialect,
    scanner: scan.Scanner,
    /// Line feeds inside of the current record.
    feeds: i64 = 0,
    /// Where the next field, or the next record, begins.
    position: usize,
    /// Where the text of the last field of a record ends, line end left out.
    end: usize = 0,
    field: Span = spans.absent,

    /// Read the field at `position`, and say what ends it.
    fn next(self: *Reader) Ending {
        const start = self.position;
        if (start < self.data.len and self.data[start] == self.dialect.quote) return self.quoted();
        var at = self.scanner.next();
        while (at < self.data.len and self.data[at] == self.dialect.quote) at = self.scanner.next();
        self.field = Span.of(start, at, .plain);
        return self.ending(at);
    }

    fn quoted(self: *Reader) Ending {
        const start = self.position + 1;
        _ = self.scanner.next();
        var form: spans.Form = .plain;
        while (true) {
            const at = self.scanner.next();
            if (at == self.data.len) return .unfinished;
            if (self.data[at] == '\n') self.feeds += 1;
            if (self.data[at] != self.dialect.quote) continue;
            if (at + 1 < self.data.len and self.data[at + 1] == self.dialect.quote) {
                form = .escaped;
                _ = self.scanner.next();
                continue;
            }
            self.field = Span.of(start, at, form);
            if (at + 1 < self.data.len) {
                const after = self.data[at + 1];
                if (after != self.dialect.delimiter and after != '\n' and after != '\r') return .text_after_quote;
                _ = self.scanner.next();
            }
            return self.ending(at + 1);
        }
    }

    /// The scanner has passed `at`, where a field ends.
    fn ending(self: *Reader, at: usize) Ending {
        self.end = at;
        self.position = @min(at + 1, self.data.len);
        if (at == self.data.len or self.data[at] == '\n') return .record;
        if (self.data[at] == self.dialect.delimiter) return .field;
        var feed = at;
        while (feed < self.data.len and self.data[feed] == '\r') feed += 1;
        if (feed < self.data.len and self.data[feed] != '\n') return .carriage_return;
        // Only one carriage return belongs to the line end.
        self.end = feed - 1;
        self.position = @min(feed + 1, self.data.len);
        self.scanner.seek(self.position);
        return .record;
    }

    fn isTooLong(self: *const Reader, start: usize) bool {
        const rest = self.data[start..];
        if (rest.len > self.dialect.record_bytes) return true;
        const unended = @intFromBool(rest.len > 0 and rest[rest.len - 1] != '\n');
        return scan.countLineFeeds(rest) + unended > self.dialect.record_lines;
    }
};

/// Split whole lines into rows of `found.width` fields, beginning at `found.consumed`.
pub fn split(data: []const u8, dialect: Dialect, found: *spans.Split) void {
    const ascii = scan.isAscii(data);
    found.ascii = @intFromBool(ascii);
    var reader = Reader{
        .data = data,
        .dialect = dialect,
        .scanner = scan.Scanner.init(data, .{ dialect.delimiter, dialect.quote, '\n', '\r' }, found.consumed),
        .position = found.consumed,
    };
    while (reader.position < data.len and !found.isFull()) {
        if (!record(&reader, found, ascii)) break;
    }
    if (reader.position >= data.len) found.consumed = data.len;
}

/// Read one record; false when its end has not come yet.
fn record(reader: *Reader, found: *spans.Split, ascii: bool) bool {
    const start = reader.position;
    const row = found.row();
    var fields: usize = 0;
    reader.feeds = 0;
    const ending = while (true) {
        const ending = reader.next();
        if (ending != .field and ending != .record) break ending;
        if (fields < row.len) row[fields] = reader.field;
        fields += 1;
        if (reader.field.length > reader.dialect.record_bytes) {
            reject(reader, found, start, .field_too_long);
            return true;
        }
        if (ending == .record) break ending;
    };
    switch (ending) {
        .unfinished => {
            if (reader.dialect.last == 0 and !reader.isTooLong(start)) {
                found.consumed = start;
                // Read again with more of the file; nothing after it was looked at.
                reader.position = start;
                return false;
            }
            reject(reader, found, start, .unclosed_quote);
            return true;
        },
        .text_after_quote => reject(reader, found, start, .text_after_quote),
        .carriage_return => reject(reader, found, start, .carriage_return),
        else => keep(reader, found, start, fields, ascii),
    }
    return true;
}

fn keep(reader: *Reader, found: *spans.Split, start: usize, fields: usize, ascii: bool) void {
    const bytes = reader.data[start..reader.end];
    const blank = std.mem.trimEnd(u8, bytes, "\r").len == 0;
    if (!ascii and !scan.isUtf8(bytes)) {
        found.keepIrregular(found.line, start, reader.end, .not_utf8, 0);
    } else if (fields == 1 and blank) {
        // A blank line is no row.
    } else if (fields != found.width) {
        found.keepIrregular(found.line, start, reader.end, .field_count, fields);
    } else {
        found.keepRow(found.line, start, reader.end);
    }
    const feed = @intFromBool(reader.position > start and reader.data[reader.position - 1] == '\n');
    found.line += reader.feeds + feed;
    found.consumed = reader.position;
}

/// Give up the physical line that a record begins on, and go on with the next one.
fn reject(reader: *Reader, found: *spans.Split, start: usize, what: Irregularity) void {
    const feed = std.mem.findScalarPos(u8, reader.data, start, '\n') orelse reader.data.len;
    const end = if (feed > start and reader.data[feed - 1] == '\r') feed - 1 else feed;
    found.keepIrregular(found.line, start, end, what, 0);
    found.line += @intFromBool(feed < reader.data.len);
    reader.position = @min(feed + 1, reader.data.len);
    reader.scanner.seek(reader.position);
    found.consumed = reader.position;
}
