//! What Python calls. Nothing is allocated here: all room is the caller's.

const std = @import("std");
const cells = @import("cells.zig");
const delimited = @import("delimited.zig");
const json_lines = @import("json_lines.zig");
const sinks = @import("sinks.zig");
const spans = @import("spans.zig");
const Texts = @import("texts.zig").Texts;

/// Raised with every change of the structures or the functions below.
const abi = 2;

pub const panic = std.debug.simple_panic;

export fn tarn_abi() u32 {
    return abi;
}

export fn tarn_split_delimited(data: [*]const u8, length: u64, dialect: *const delimited.Dialect, found: *spans.Split) void {
    delimited.split(data[0..length], dialect.*, found);
}

export fn tarn_split_json_lines(data: [*]const u8, length: u64, names: *const Texts, found: *spans.Split) void {
    json_lines.split(data[0..length], names.*, found);
}

export fn tarn_drop_rows(found: *spans.Split, dropped: [*]const u32, count: u64) void {
    found.drop(dropped[0..count]);
}

export fn tarn_text_length(given: *const cells.Cells) u64 {
    return cells.textLength(given);
}

export fn tarn_convert(column: *const cells.Column, given: *const cells.Cells, out: *sinks.Values) void {
    cells.convert(column, given, out);
}
