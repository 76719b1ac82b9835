//! Numbers in text, exactly; what is not certain is left to the law.

const std = @import("std");

fn isDigit(byte: u8) bool {
    return byte -% '0' <= 9;
}

/// Up to 18 digits with an optional minus: they always fit into 64 bits.
pub fn integer(text: []const u8) ?i64 {
    const negative = text.len > 0 and text[0] == '-';
    const digits = if (negative) text[1..] else text;
    if (digits.len == 0 or digits.len > 18) return null;
    var number: i64 = 0;
    for (digits) |byte| {
        if (!isDigit(byte)) return null;
        number = number * 10 + (byte - '0');
    }
    return if (negative) -number else number;
}

const powers = blk: {
    var table: [39]i128 = undefined;
    table[0] = 1;
    for (1..39) |index| table[index] = table[index - 1] * 10;
    break :blk table;
};

/// A decimal of at most 18 digits as a count of units of its scale.
pub fn decimal(text: []const u8, precision: u8, scale: u8) ?i128 {
    var rest = text;
    const negative = rest.len > 0 and rest[0] == '-';
    if (negative or (rest.len > 0 and rest[0] == '+')) rest = rest[1..];
    if (rest.len == 0 or rest.len > 19) return null;
    var number: i64 = 0;
    var digits: usize = 0;
    var point: ?usize = null;
    for (rest, 0..) |byte, index| {
        if (byte == '.' and point == null and index > 0) {
            point = index;
            continue;
        }
        if (!isDigit(byte)) return null;
        digits += 1;
        if (digits > 18) return null;
        number = number * 10 + (byte - '0');
    }
    const fraction = if (point) |index| rest.len - index - 1 else 0;
    if (point != null and fraction == 0) return null;
    if (fraction > scale or precision > 38) return null;
    const up = scale - fraction;
    if (up > 19) return null;
    const units = @as(i128, number) * powers[up];
    if (units >= powers[precision]) return null;
    return if (negative) -units else units;
}

const exact_powers = [_]f64{
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/// A finite double, rounded as IEEE 754 asks: sign, digits with an optional point, exponent.
pub fn double(text: []const u8) ?f64 {
    var at: usize = 0;
    const negative = text.len > 0 and text[0] == '-';
    if (negative or (text.len > 0 and text[0] == '+')) at = 1;
    var number: u64 = 0;
    var digits: usize = 0;
    var fraction: usize = 0;
    var pointed = false;
    while (at < text.len) : (at += 1) {
        const byte = text[at];
        if (isDigit(byte)) {
            digits += 1;
            if (digits <= 18) number = number * 10 + (byte - '0');
            if (pointed) fraction += 1;
        } else if (byte == '.' and !pointed) {
            pointed = true;
        } else break;
    }
    if (digits == 0) return null;
    if (at == text.len and digits <= 18 and number <= 1 << 53 and fraction <= 22) {
        // Both are exact as doubles, so one division rounds once.
        const quotient = @as(f64, @floatFromInt(number)) / exact_powers[fraction];
        return if (negative) -quotient else quotient;
    }
    if (at < text.len and !isExponent(text[at..])) return null;
    const parsed = std.fmt.parseFloat(f64, text) catch return null;
    return if (std.math.isFinite(parsed)) parsed else null;
}

fn isExponent(text: []const u8) bool {
    if (text[0] != 'e' and text[0] != 'E') return false;
    var rest = text[1..];
    if (rest.len > 0 and (rest[0] == '+' or rest[0] == '-')) rest = rest[1..];
    if (rest.len == 0) return false;
    for (rest) |byte| if (!isDigit(byte)) return false;
    return true;
}
