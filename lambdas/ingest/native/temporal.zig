//! Dates and times by a template, exactly; what does not fit is left to the law.

/// One step of a template. Python compiles a contract's notation into these.
pub const Step = enum(u8) {
    year = 1,
    month = 2,
    day = 3,
    hour = 4,
    minute = 5,
    second = 6,
    milliseconds = 7,
    microseconds = 8,
    zone = 9,
    /// The next byte of the template stands in the text.
    literal = 10,
    optional_fraction = 11,
    optional_zone = 12,
    /// `T` or a space.
    separator = 13,
    /// `yyyy-MM-dd`, at once.
    iso_date = 14,
    /// `HH:mm:ss`, at once.
    iso_time = 15,
    _,
};

const Moment = struct {
    year: i64 = 0,
    month: i64 = 0,
    day: i64 = 0,
    hour: i64 = 0,
    minute: i64 = 0,
    second: i64 = 0,
    microsecond: i64 = 0,
    offset_minutes: i64 = 0,
};

const Text = struct {
    rest: []const u8,

    fn digits(self: *Text, comptime count: usize) ?i64 {
        if (self.rest.len < count) return null;
        var number: i64 = 0;
        inline for (0..count) |index| {
            const digit = self.rest[index] -% '0';
            if (digit > 9) return null;
            number = number * 10 + digit;
        }
        self.rest = self.rest[count..];
        return number;
    }

    fn isoDate(self: *Text, moment: *Moment) bool {
        if (self.rest.len < 10) return false;
        const t = self.rest[0..10];
        const d = @Vector(8, u8){ t[0], t[1], t[2], t[3], t[5], t[6], t[8], t[9] } -% @as(@Vector(8, u8), @splat('0'));
        if (@reduce(.Max, d) > 9 or t[4] != '-' or t[7] != '-') return false;
        moment.year = @as(i64, d[0]) * 1000 + @as(i64, d[1]) * 100 + d[2] * 10 + d[3];
        moment.month = d[4] * 10 + d[5];
        moment.day = d[6] * 10 + d[7];
        self.rest = self.rest[10..];
        return true;
    }

    fn isoTime(self: *Text, moment: *Moment) bool {
        if (self.rest.len < 8) return false;
        const t = self.rest[0..8];
        const d = @Vector(8, u8){ t[0], t[1], t[3], t[4], t[6], t[7], '0', '0' } -% @as(@Vector(8, u8), @splat('0'));
        if (@reduce(.Max, d) > 9 or t[2] != ':' or t[5] != ':') return false;
        moment.hour = d[0] * 10 + d[1];
        moment.minute = d[2] * 10 + d[3];
        moment.second = d[4] * 10 + d[5];
        self.rest = self.rest[8..];
        return true;
    }

    fn take(self: *Text, byte: u8) bool {
        if (self.rest.len == 0 or self.rest[0] != byte) return false;
        self.rest = self.rest[1..];
        return true;
    }

    fn fraction(self: *Text) ?i64 {
        if (!self.take('.')) return 0;
        var number: i64 = 0;
        var count: usize = 0;
        while (count < 6 and self.rest.len > 0 and self.rest[0] -% '0' <= 9) : (count += 1) {
            number = number * 10 + (self.rest[0] - '0');
            self.rest = self.rest[1..];
        }
        if (count == 0) return null;
        while (count < 6) : (count += 1) number *= 10;
        return number;
    }

    fn zone(self: *Text) ?i64 {
        if (self.take('Z')) return 0;
        const sign: i64 = if (self.take('+')) 1 else if (self.take('-')) -1 else return null;
        const hours = self.digits(2) orelse return null;
        if (!self.take(':')) return null;
        const minutes = self.digits(2) orelse return null;
        if (hours > 18 or minutes > 59) return null;
        return sign * (hours * 60 + minutes);
    }
};

fn read(bytes: []const u8, template: []const u8) ?Moment {
    var text = Text{ .rest = bytes };
    var moment = Moment{};
    var at: usize = 0;
    while (at < template.len) : (at += 1) {
        switch (@as(Step, @enumFromInt(template[at]))) {
            .year => moment.year = text.digits(4) orelse return null,
            .month => moment.month = text.digits(2) orelse return null,
            .day => moment.day = text.digits(2) orelse return null,
            .hour => moment.hour = text.digits(2) orelse return null,
            .minute => moment.minute = text.digits(2) orelse return null,
            .second => moment.second = text.digits(2) orelse return null,
            .milliseconds => moment.microsecond = 1000 * (text.digits(3) orelse return null),
            .microseconds => moment.microsecond = text.digits(6) orelse return null,
            .zone => moment.offset_minutes = text.zone() orelse return null,
            .literal => {
                at += 1;
                if (!text.take(template[at])) return null;
            },
            .optional_fraction => moment.microsecond = text.fraction() orelse return null,
            .optional_zone => if (text.rest.len > 0) {
                moment.offset_minutes = text.zone() orelse return null;
            },
            .iso_date => if (!text.isoDate(&moment)) return null,
            .iso_time => if (!text.isoTime(&moment)) return null,
            .separator => if (!text.take('T') and !text.take(' ')) return null,
            _ => return null,
        }
    }
    return if (text.rest.len == 0) moment else null;
}

fn days(moment: Moment) ?i64 {
    const lengths = [_]u8{ 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (moment.year < 1 or moment.month < 1 or moment.month > 12 or moment.day < 1) return null;
    // Unsigned and narrow: divisions by constants become multiplications.
    const year: u32 = @intCast(moment.year);
    const month: u32 = @intCast(moment.month);
    const day: u32 = @intCast(moment.day);
    const leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0);
    if (day > lengths[month - 1] + @as(u32, @intFromBool(leap and month == 2))) return null;
    // Years that begin in March have the leap day at their end.
    const shifted = if (month <= 2) year - 1 else year;
    const since_march = if (month <= 2) month + 9 else month - 3;
    const before = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400;
    return @as(i64, before + (153 * since_march + 2) / 5 + day - 1) - 719468;
}

/// Days since 1970.
pub fn date(bytes: []const u8, template: []const u8) ?i64 {
    return days(read(bytes, template) orelse return null);
}

/// Microseconds since 1970.
pub fn timestamp(bytes: []const u8, template: []const u8) ?i64 {
    const moment = read(bytes, template) orelse return null;
    const day = days(moment) orelse return null;
    if (moment.hour > 23 or moment.minute > 59 or moment.second > 59) return null;
    const minutes = (day * 24 + moment.hour) * 60 + moment.minute - moment.offset_minutes;
    return (minutes * 60 + moment.second) * 1_000_000 + moment.microsecond;
}
