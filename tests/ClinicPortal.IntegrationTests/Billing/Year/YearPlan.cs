using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.IntegrationTests.Billing.Year;

/// <summary>Something that happens at an association on a day, at ten in the morning, in the order of the plan.</summary>
public abstract record Happening(DateOnly On);

public sealed record Chosen(DateOnly On, int Clinic, string Plan, DateOnly Starts, int Patients) : Happening(On);

public sealed record Changed(DateOnly On, int Clinic, string Plan, DateOnly Starts, int Patients) : Happening(On);

public sealed record Paused(DateOnly On, int Clinic, DateOnly From, DateOnly Until) : Happening(On);

public sealed record Cancelled(DateOnly On, int Clinic, DateOnly Last) : Happening(On);

public sealed record NightBought(DateOnly On, int Clinic, DateOnly Night) : Happening(On);

/// <summary>Patients at the end of a month, by clinic.</summary>
public sealed record PatientsCounted(DateOnly On, DateOnly LastDay, IReadOnlyDictionary<int, int> Patients) : Happening(On);

public sealed record Call(Guid Id, int Clinic, DateOnly Night, DateTimeOffset At);

/// <summary>Calls become known together, in the order of their times.</summary>
public sealed record CallsCame(DateOnly On, IReadOnlyList<Call> Calls) : Happening(On);

/// <param name="Arrived">At the door, or in the room.</param>
public sealed record Visit(Guid Id, int Clinic, VisitKind Kind, DateOnly Night, DateTimeOffset Arrived, bool EndOfLife);

public sealed record VisitsReported(DateOnly On, IReadOnlyList<Visit> Visits) : Happening(On);

/// <summary>A visit does not count after all.</summary>
public sealed record Uncounted(DateOnly On, Guid Visit) : Happening(On);

public sealed record MonthClosed(DateOnly On, DateOnly Month) : Happening(On);

public enum PayHow
{
    Whole,
    Half,
    TooMuch,
    LessFee,
    Card,
}

/// <summary>A clinic pays what stands of a month's invoice.</summary>
public sealed record Paid(DateOnly On, int Clinic, DateOnly Month, PayHow How) : Happening(On);

/// <summary>口座振替 of what is open and falls due at the clinics that are debited.</summary>
/// <param name="Refused">Whose bank does not pay this time.</param>
public sealed record Debited(DateOnly On, int? Refused) : Happening(On);

public enum MendHow
{
    /// <summary>The dearest line costs a thousand yen less.</summary>
    Correct,

    /// <summary>The dearest line is given back whole.</summary>
    Return,
    Void,
}

public sealed record Mended(DateOnly On, int Clinic, DateOnly Month, MendHow How) : Happening(On);

/// <summary>A fiscal year of one association from a seed: the same seed is the same year.</summary>
public sealed class YearPlan(string association, PriceList prices, int closingDay, int clinics, int seed)
{
    public static readonly DateOnly First = new(2026, 4, 1);

    private const int Months = 12;

    /// <summary>Whatever comes late comes before the closing of the month after the year.</summary>
    private static readonly DateOnly Latest = First.AddMonths(Months).AddDays(16);

    private static readonly TimeSpan Tokyo = TimeSpan.FromHours(9);

    /// <summary>Hours after the midnight with which the night's date begins.</summary>
    private static readonly double[] Hours = [10.5, 14.2, 17.6, 18.5, 20.25, 22.0, 23.2, 26.1, 29.9, 30.0, 31.5, 32.4];

    private readonly Random random = new(seed);
    private readonly List<Happening> happenings = [];
    private int told;

    public string Association => association;

    public int Clinics => clinics;

    /// <summary>Every sixth clinic is debited and pays in no other way.</summary>
    public bool IsDebited(int clinic) => clinic % 6 == 5;

    public IReadOnlyList<Happening> Make()
    {
        for (var index = 0; index <= Months; index++)
        {
            var month = First.AddMonths(index);
            if (index < Months)
            {
                Subscriptions(month, index);
                Usage(month);
            }
            happenings.Add(new PatientsCounted(month, month.AddMonths(1).AddDays(-1), Enumerable.Range(1, clinics).ToDictionary(c => c, Patients)));
            var closing = new DateOnly(month.Year, month.Month, Math.Min(closingDay, DateTime.DaysInMonth(month.Year, month.Month)));
            happenings.Add(new MonthClosed(closing.AddDays(2), month));
            if (index < Months)
            {
                Money(month, closing.AddDays(2));
            }
        }
        // What was bought, chosen and told on a day comes before that day's closing, and a closing before what is paid.
        return [.. happenings.OrderBy(h => h.On)];
    }

    private int Patients(int clinic) => clinic % 7 == 0 ? 20 + random.Next(200) : 10 + clinic * 4 + random.Next(8);

    private void Subscriptions(DateOnly month, int index)
    {
        var list = prices.KeptSince(month);
        var (dear, cheap) = (list.Plans[0].Code, list.Plans[1].Code);
        for (var clinic = 1; clinic <= clinics; clinic++)
        {
            Happening? happening = (clinic % 9, index) switch
            {
                (1, 0) => new Chosen(month, clinic, dear, month, 40),
                (2, 0) => new Chosen(month, clinic, cheap, month.AddDays(9), 25),
                (2, 4) => new Changed(month, clinic, dear, month.AddDays(16), 45),
                (3, 1) => new Chosen(month, clinic, dear, month, 60),
                (3, 5) => new Paused(month, clinic, month.AddDays(4), month.AddDays(49)),
                (4, 0) => new Chosen(month, clinic, cheap, month, 30),
                (4, 2) => new Cancelled(month, clinic, Later(month.AddDays(list.Plans[1].NoticeDays), First.AddMonths(list.Plans[1].MinimumMonths)).AddDays(2)),
                (5, 3) => new Chosen(month, clinic, dear, month, 50),
                (5, 7) => prices.Versions.Count > 1 ? new Changed(month, clinic, dear, month.AddDays(10), 55) : new Changed(month, clinic, cheap, month.AddDays(10), 55),
                (6, 2) => new Chosen(month, clinic, dear, month.AddDays(19), 33),
                (6, 9) => new Paused(month, clinic, month.AddDays(1), month.AddDays(12)),
                (7, 0) => new Chosen(month, clinic, dear, month, 110),
                (8, 6) => new Chosen(month, clinic, cheap, month.AddDays(random.Next(28)), 20),
                _ => null,
            };
            if (happening is not null)
            {
                happenings.Add(happening);
            }
            // Without a plan; some nights are holidays, some New Year's.
            if (clinic % 9 == 0 && index % 2 == 0 || clinic % 9 == 8 && index < 3)
            {
                var day = index == 8 ? 30 : 3 + random.Next(25);
                happenings.Add(new NightBought(month, clinic, month.AddDays(day - 1)));
            }
        }
    }

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    private void Usage(DateOnly month)
    {
        var days = DateTime.DaysInMonth(month.Year, month.Month);
        var (calls, late, visits) = (new List<Call>(), new List<Call>(), new List<(DateOnly On, Visit Visit)>());
        for (var clinic = 1; clinic <= clinics; clinic++)
        {
            for (var number = random.Next(10); number > 0; number--)
            {
                (random.Next(14) == 0 ? late : calls).Add(At(clinic));
            }
            for (var number = random.Next(5); number > 0; number--)
            {
                Report(clinic, VisitKind.HomeVisit);
            }
            if (random.Next(3) == 0)
            {
                Report(clinic, random.Next(4) == 0 ? VisitKind.Phone : VisitKind.Video);
            }
        }
        happenings.AddRange(visits.GroupBy(v => v.On).Select(day => new VisitsReported(day.Key, [.. day.Select(v => v.Visit)])));
        happenings.Add(new CallsCame(month, calls));
        happenings.Add(new CallsCame(month.AddMonths(1).AddDays(14), late));

        Call At(int clinic)
        {
            var night = month.AddDays(random.Next(days));
            // No two at the same moment: which one is known first decides which is included.
            return new Call(Guid.CreateVersion7(), clinic, night, new DateTimeOffset(night, new TimeOnly(19, 0), Tokyo).AddMinutes(random.Next(600)).AddMilliseconds(told++));
        }

        void Report(int clinic, VisitKind kind)
        {
            var night = month.AddDays(random.Next(days));
            var arrived = new DateTimeOffset(night, TimeOnly.MinValue, Tokyo).AddHours(Hours[random.Next(Hours.Length)]);
            var on = random.Next(20) switch { 0 => month.AddMonths(1).AddDays(14), 1 => month.AddMonths(3).AddDays(14), _ => month };
            on = on > Latest ? month : on;
            var visit = new Visit(Guid.CreateVersion7(), clinic, kind, night, arrived, kind == VisitKind.HomeVisit && random.Next(9) == 0);
            visits.Add((on, visit));
            if (random.Next(25) is var chance && chance < 2 && on.AddMonths(chance == 0 ? 1 : 3).AddDays(on.Day == 1 ? 15 : 1) is var uncounted && uncounted <= Latest)
            {
                happenings.Add(new Uncounted(uncounted, visit.Id));
            }
        }
    }

    private void Money(DateOnly month, DateOnly issued)
    {
        for (var clinic = 1; clinic <= clinics; clinic++)
        {
            if (IsDebited(clinic))
            {
                continue;
            }
            if (random.Next(12) is var mend && mend < 3)
            {
                happenings.Add(new Mended(issued.AddDays(15), clinic, month, (MendHow)mend));
            }
            var paid = issued.AddDays(10);
            switch (random.Next(10))
            {
                case < 4:
                    happenings.Add(new Paid(paid, clinic, month, PayHow.Whole));
                    break;
                case 4:
                    happenings.Add(new Paid(paid, clinic, month, PayHow.Half));
                    happenings.Add(new Paid(paid.AddDays(30), clinic, month, PayHow.Whole));
                    break;
                case 5:
                    happenings.Add(new Paid(paid, clinic, month, PayHow.TooMuch));
                    break;
                case 6:
                    happenings.Add(new Paid(paid, clinic, month, PayHow.LessFee));
                    break;
                case 7 when clinic % 2 == 0:
                    happenings.Add(new Paid(issued.AddDays(3), clinic, month, PayHow.Card));
                    break;
                default:
                    break;
            }
        }
        happenings.Add(new Debited(issued.AddDays(20), random.Next(3) == 0 ? 5 : null));
    }
}
