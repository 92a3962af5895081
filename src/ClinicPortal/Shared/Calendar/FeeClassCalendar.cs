namespace ClinicPortal.Shared.Calendar;

/// <summary>Time classes of fees over all revisions of the fee schedule: at each date the latest rules that have begun.</summary>
public sealed class FeeClassCalendar
{
    private readonly FeeClassRules[] _latestFirst;

    /// <exception cref="ArgumentException">No rules, or two that begin on the same day.</exception>
    public FeeClassCalendar(IEnumerable<FeeClassRules> revisions)
    {
        _latestFirst = [.. revisions.OrderByDescending(rules => rules.EffectiveFrom)];
        if (_latestFirst.Length == 0 || _latestFirst.DistinctBy(rules => rules.EffectiveFrom).Count() < _latestFirst.Length)
        {
            throw new ArgumentException("Fee class rules need at least one revision, each with its own start date.", nameof(revisions));
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The date is before the first rules: no class is guessed.</exception>
    public FeeClass ClassAt(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var (date, time) = WallClock.Of(instant, zone);
        return RulesOn(date).ClassAt(date, time);
    }

    /// <summary>休日 of the fee schedule in force on that date, see <see cref="FeeClassRules.IsFeeHoliday"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The date is before the first rules.</exception>
    public bool IsFeeHoliday(DateOnly date) => RulesOn(date).IsFeeHoliday(date);

    /// <summary>Cuts an interval where the class changes: stretches in order, without gaps, neighbours of different class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval begins before the first rules.</exception>
    public IReadOnlyList<FeeClassStretch> Split(Interval interval, TimeZoneInfo zone)
    {
        var stretches = new List<FeeClassStretch>();
        var start = interval.Start;
        foreach (var end in Boundaries(interval, zone).Append(interval.End).Where(end => end > interval.Start))
        {
            var feeClass = ClassAt(start, zone);
            if (stretches is [.., var last] && last.Class == feeClass)
            {
                stretches[^1] = last with { Interval = last.Interval with { End = end } };
            }
            else
            {
                stretches.Add(new FeeClassStretch(feeClass, new Interval(start, end)));
            }

            start = end;
        }

        return stretches;
    }

    private IEnumerable<DateTimeOffset> Boundaries(Interval interval, TimeZoneInfo zone)
    {
        var lastDate = WallClock.Of(interval.End, zone).Date;
        for (var date = WallClock.Of(interval.Start, zone).Date; date <= lastDate; date = date.AddDays(1))
        {
            foreach (var instant in RulesOn(date).Boundaries().Order().Select(time => WallClock.At(date, time, zone)))
            {
                if (interval.Start < instant && instant < interval.End)
                {
                    yield return instant;
                }
            }
        }
    }

    private FeeClassRules RulesOn(DateOnly date) =>
        Array.Find(_latestFirst, rules => rules.EffectiveFrom <= date)
        ?? throw new ArgumentOutOfRangeException(nameof(date), date, "No fee class rules are recorded for this date.");
}
