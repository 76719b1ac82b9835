//! One column's cells into Arrow's buffers. A cell that is not certainly right is named, for the law.

const std = @import("std");
const json_lines = @import("json_lines.zig");
const numbers = @import("numbers.zig");
const scan = @import("scan.zig");
const spans = @import("spans.zig");
const sinks = @import("sinks.zig");
const temporal = @import("temporal.zig");
const Text = @import("texts.zig").Text;
const Texts = @import("texts.zig").Texts;

const Kept = sinks.Kept;
const Kind = sinks.Kind;
const Sink = sinks.Sink;
const Span = spans.Span;
const Value = sinks.Value;
const Values = sinks.Values;

/// A contract's column, as Python compiled it.
pub const Column = extern struct {
    kind: Kind,
    required: u8,
    has_minimum: u8,
    has_maximum: u8,
    precision: u8,
    scale: u8,
    json: u8,
    quote: u8,
    minimum_low: u64,
    minimum_high: i64,
    maximum_low: u64,
    maximum_high: i64,
    minimum_double: f64,
    maximum_double: f64,
    shortest: u64,
    longest: u64,
    /// The length of the longest marker in bytes.
    longest_marker: u64,
    null_markers: Texts,
    allowed: Texts,
    template: Text,
    /// A table of states by bytes; state 0 fits nothing, state 1 is undecided, state 2 is the start.
    pattern: Text,
    /// Per state, whether a text may end there.
    pattern_ends: Text,

    fn minimum(self: *const Column) i128 {
        return wide(self.minimum_low, self.minimum_high);
    }

    fn maximum(self: *const Column) i128 {
        return wide(self.maximum_low, self.maximum_high);
    }

    fn isNull(self: *const Column, span: Span, data: []const u8) bool {
        if (span.form == .absent) return true;
        return span.length <= self.longest_marker and self.null_markers.has(span.text(data));
    }
};

fn wide(low: u64, high: i64) i128 {
    return (@as(i128, high) << 64) | low;
}

pub const Cells = extern struct {
    data: [*]const u8,
    length: u64,
    spans: [*]const Span,
    rows: u32,
    width: u32,
    position: u32,
    padding: u32 = 0,

    fn span(self: *const Cells, index: usize) Span {
        const all = self.spans[0 .. @as(usize, self.rows) * self.width];
        return all[index * self.width + self.position];
    }
};

/// The bytes that a column's texts take at most.
pub fn textLength(cells: *const Cells) u64 {
    var total: u64 = 0;
    for (0..cells.rows) |index| total += cells.span(index).length;
    return total;
}

pub fn convert(column: *const Column, cells: *const Cells, out: *Values) void {
    switch (column.kind) {
        inline else => |kind| convertKind(kind, column, cells, out),
    }
}

fn convertKind(comptime kind: Kind, given: *const Column, cells: *const Cells, out: *Values) void {
    const data = cells.data[0..cells.length];
    // Copies: what is written below could otherwise be the column or the cells themselves.
    const column = given.*;
    const rows: usize = cells.rows;
    const width: usize = cells.width;
    const all = cells.spans[0 .. rows * width];
    var place: usize = cells.position;
    var sink = Sink(kind).init(rows, out);
    for (0..rows) |index| {
        const span = all[place];
        place += width;
        if (column.isNull(span, data)) {
            sink.putNull(index);
            if (column.required != 0) sink.suspect(index);
        } else if (value(kind, &column, span, data)) |found| {
            const kept = sink.put(index, found);
            if (!isAllowed(kind, &column, kept)) sink.suspect(index);
        } else {
            sink.putUnknown(index);
        }
    }
    sink.finish(out);
}

fn value(comptime kind: Kind, column: *const Column, span: Span, data: []const u8) ?Value(kind) {
    const text = span.text(data);
    if (kind == .boolean and (span.form == .true_ or span.form == .false_)) return span.form == .true_;
    if (column.json != 0) {
        // A decimal may be written as text in JSON, a number may not.
        const fits = switch (kind) {
            .integer, .double => span.form == .number,
            .decimal => span.form == .number or span.form == .plain,
            .boolean => false,
            .string => span.form == .plain or (span.form == .escaped and json_lines.isDecodable(text)),
            else => span.form == .plain,
        };
        // The law reads -0 as an integer, which has no sign.
        if (!fits or (kind == .double and std.mem.eql(u8, text, "-0"))) return null;
    } else if (kind != .string and span.form != .plain) return null;
    return switch (kind) {
        .string => .{ .bytes = text, .escapes = escapes(column, span) },
        .integer => numbers.integer(text),
        .double => numbers.double(text),
        .decimal => numbers.decimal(text, column.precision, column.scale),
        .boolean => boolean(text),
        .date => if (temporal.date(text, column.template.slice())) |days| @intCast(days) else null,
        .timestamp => temporal.timestamp(text, column.template.slice()),
    };
}

fn escapes(column: *const Column, span: Span) sinks.Escapes {
    if (span.form != .escaped) return .none;
    return if (column.json != 0) .json else .{ .doubled = column.quote };
}

fn boolean(text: []const u8) ?bool {
    if (std.ascii.eqlIgnoreCase(text, "true")) return true;
    if (std.ascii.eqlIgnoreCase(text, "false")) return false;
    return null;
}

fn isAllowed(comptime kind: Kind, column: *const Column, kept: Kept(kind)) bool {
    switch (kind) {
        .string => return isTextAllowed(column, kept),
        .boolean => return true,
        .double => {
            if (column.has_minimum != 0 and kept < column.minimum_double) return false;
            return column.has_maximum == 0 or kept <= column.maximum_double;
        },
        else => {
            if (column.has_minimum != 0 and kept < column.minimum()) return false;
            return column.has_maximum == 0 or kept <= column.maximum();
        },
    }
}

fn isTextAllowed(column: *const Column, text: []const u8) bool {
    if (column.shortest > 0 or column.longest != std.math.maxInt(u64)) {
        const length = scan.characters(text);
        if (length < column.shortest or length > column.longest) return false;
    }
    if (column.allowed.count > 0 and !column.allowed.has(text)) return false;
    return column.pattern.length == 0 or matches(column, text);
}

fn matches(column: *const Column, text: []const u8) bool {
    const table = column.pattern.slice();
    var state: usize = 2;
    for (text) |byte| state = table[state * 256 + byte];
    return column.pattern_ends.slice()[state] != 0;
}
