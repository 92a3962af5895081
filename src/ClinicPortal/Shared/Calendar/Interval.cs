namespace ClinicPortal.Shared.Calendar;

/// <summary>A stretch of time: <paramref name="Start"/> belongs to it, <paramref name="End"/> does not.</summary>
public readonly record struct Interval(DateTimeOffset Start, DateTimeOffset End)
{
    public TimeSpan Duration => End - Start;

    public bool Contains(DateTimeOffset instant) => Start <= instant && instant < End;
}

/// <summary>A stretch of every day, past midnight when <paramref name="Until"/> is the smaller: 22:00–06:00.</summary>
/// <param name="From">Belongs to it.</param>
/// <param name="Until">Does not belong to it.</param>
public readonly record struct DailySpan(TimeOnly From, TimeOnly Until)
{
    public bool Contains(TimeOnly time) => time.IsBetween(From, Until);
}
