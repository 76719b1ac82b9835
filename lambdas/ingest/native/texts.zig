//! Texts that Python passes by address and length.

const std = @import("std");

pub const Text = extern struct {
    bytes: ?[*]const u8,
    length: u64,

    pub fn slice(self: Text) []const u8 {
        return if (self.bytes) |bytes| bytes[0..self.length] else &.{};
    }
};

pub const Texts = extern struct {
    items: ?[*]const Text,
    count: u64,

    pub fn has(self: Texts, wanted: []const u8) bool {
        return self.find(wanted, 0) != null;
    }

    /// The place of a text, looked for from a place on, then from the beginning.
    pub fn find(self: Texts, wanted: []const u8, from: usize) ?usize {
        const items = (self.items orelse return null)[0..self.count];
        const first = @min(from, items.len);
        return findIn(items, first, items.len, wanted) orelse findIn(items, 0, first, wanted);
    }
};

fn findIn(items: []const Text, from: usize, to: usize, wanted: []const u8) ?usize {
    for (items[from..to], from..) |item, place| {
        if (std.mem.eql(u8, item.slice(), wanted)) return place;
    }
    return null;
}
