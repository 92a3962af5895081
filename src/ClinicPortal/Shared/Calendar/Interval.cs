using System.Diagnostics.CodeAnalysis;

namespace ClinicPortal.Shared.Calendar;

/// <summary>A stretch of time: <paramref name="Start"/> belongs to it, <paramref name="End"/> does not.</summary>
public readonly record struct Interval(DateTimeOffset Start, DateTimeOffset End)
{
    public TimeSpan Duration => End - Start;

    public bool Contains(DateTimeOffset instant) => Start <= instant && instant < End;
}

/// <summary>A stretch of every day, past midnight when <see cref="To"/> is the smaller: 22:00–06:00.</summary>
public readonly record struct DailySpan
{
    [SetsRequiredMembers]
    public DailySpan(TimeOnly from, TimeOnly to) => (From, To) = (from, to);

    /// <summary>Belongs to it.</summary>
    public required TimeOnly From { get; init; }

    /// <summary>Does not belong to it.</summary>
    public required TimeOnly To { get; init; }

    public bool Contains(TimeOnly time) => time.IsBetween(From, To);
}
