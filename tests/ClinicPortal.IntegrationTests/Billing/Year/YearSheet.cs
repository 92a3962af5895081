using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.IntegrationTests.Billing.Year;

/// <summary>A cell of the sheet: what a clinic is charged for, and by how much it was put right.</summary>
public sealed record SheetLine(string What, int Clinic, DateOnly Night, long Yen, TaxCategory Tax);

public sealed class SheetDocument(int clinic, DateOnly month, string kind, DateOnly due, IReadOnlyList<SheetLine> lines, TaxRounding rounding)
{
    public int Clinic => clinic;

    public DateOnly Month => month;

    public string Kind { get; } = kind;

    public DateOnly Due => due;

    public IReadOnlyList<SheetLine> Lines => lines;

    /// <summary>Standing, Replaced or Void.</summary>
    public string State { get; set; } = "Standing";

    public long Paid { get; set; }

    public long WrittenOff { get; set; }

    public long Net(TaxCategory tax) => lines.Where(l => l.Tax == tax).Sum(l => l.Yen);

    public long Tax10 => TaxOn(Net(TaxCategory.Taxable10), 10);

    public long Tax8 => TaxOn(Net(TaxCategory.Reduced8), 8);

    public long NetYen => lines.Sum(l => l.Yen);

    public long Total => NetYen + Tax10 + Tax8;

    public long Open => State == "Standing" && Total > 0 ? Total - Paid - WrittenOff : 0;

    private long TaxOn(long net, int percent)
    {
        var tax = decimal.Abs(net) * percent / 100;
        var whole = rounding switch { TaxRounding.Down => decimal.Floor(tax), TaxRounding.Up => decimal.Ceiling(tax), _ => decimal.Floor(tax + 0.5m) };
        return (long)(net < 0 ? -whole : whole);
    }
}

/// <summary>
/// An association's year worked out by the rules of the contract, as one would in a spreadsheet: with none of the portal's code but the price list that was read.
/// </summary>
public sealed class YearSheet(PriceList prices, TaxRounding rounding, int closingDay, Func<DateOnly, DateOnly> dueOf, Func<int, bool> isDebited)
{
    public const long OverpaidYen = 5_500;
    public const long FeeYen = 440;

    private readonly Dictionary<string, List<long>> written = [];
    private readonly Dictionary<string, SheetLine> known = [];
    private readonly List<SheetLine> waiting = [];
    private readonly List<SheetDocument> documents = [];
    private readonly Dictionary<int, long> ahead = [];
    private readonly SheetUsage usage = new();
    private readonly SheetCover cover = new(prices);

    public IReadOnlyList<SheetDocument> Documents => documents;

    public IReadOnlyList<SheetLine> Waiting => waiting;

    public long Bank { get; private set; }

    public long Clearing { get; private set; }

    public long Fees => documents.Where(d => d.State == "Standing").Sum(d => d.WrittenOff);

    public long Advances => ahead.Values.Sum();

    public long AheadOf(int clinic) => ahead.GetValueOrDefault(clinic);

    public void Follow(Happening happening)
    {
        switch (happening)
        {
            case MonthClosed closed:
                Close(closed);
                break;
            case Paid paid:
                Pay(paid);
                break;
            case Debited debited:
                Debit(debited);
                break;
            case Mended mended:
                Mend(mended);
                break;
            default:
                cover.Follow(happening);
                usage.Follow(happening);
                break;
        }
    }

    /// <summary>The document of a month's lines that stands, if one does.</summary>
    private SheetDocument? Standing(int clinic, DateOnly month) =>
        documents.LastOrDefault(d => d.Clinic == clinic && d.Month == month && d.Kind != "ReturnInvoice" && d.State == "Standing");

    private void Close(MonthClosed closed)
    {
        for (var month = YearPlan.First; month <= closed.Month; month = month.AddMonths(1))
        {
            var wanted = new SheetMonth(month, cover, usage, isOver: closed.On > month.AddMonths(1).AddDays(-1)).Lines();
            foreach (var line in wanted)
            {
                known.TryAdd(line.What, line);
                Write(line, line.Yen);
            }
            var still = wanted.Select(l => l.What).ToHashSet();
            foreach (var gone in known.Values.Where(l => l.Night.Year == month.Year && l.Night.Month == month.Month && !still.Contains(l.What)).ToList())
            {
                Write(gone, 0);
            }
        }
        var last = new DateOnly(closed.Month.Year, closed.Month.Month, Math.Min(closingDay, DateTime.DaysInMonth(closed.Month.Year, closed.Month.Month)));
        foreach (var clinic in waiting.Where(l => l.Night <= last).Select(l => l.Clinic).Distinct().ToList())
        {
            var invoice = new SheetDocument(clinic, closed.Month, "Invoice", dueOf(last), [.. waiting.Where(l => l.Clinic == clinic && l.Night <= last)], rounding);
            if (invoice.Total < 0)
            {
                continue;
            }
            waiting.RemoveAll(l => l.Clinic == clinic && l.Night <= last);
            documents.Add(invoice);
            UseAhead(invoice);
        }
    }

    /// <summary>Brings what is written of a line to what is wanted: by the line itself, later by an adjustment.</summary>
    private void Write(SheetLine line, long wanted)
    {
        if (!written.TryGetValue(line.What, out var so))
        {
            written[line.What] = [wanted];
            waiting.Add(line);
        }
        else if (wanted - so.Sum() is not 0 and var difference)
        {
            so.Add(difference);
            waiting.Add(known[line.What] with { Yen = difference });
        }
    }

    private void UseAhead(SheetDocument document)
    {
        var used = Math.Min(document.Open, AheadOf(document.Clinic));
        document.Paid += used;
        ahead[document.Clinic] = AheadOf(document.Clinic) - used;
    }

    private void Pay(Paid paid)
    {
        if (Standing(paid.Clinic, paid.Month) is not { Open: > 0 } document)
        {
            return;
        }
        var (open, comes) = (document.Open, Comes(paid.How, document.Open));
        if (comes == 0)
        {
            return;
        }
        (Bank, Clearing) = paid.How == PayHow.Card ? (Bank, Clearing + comes) : (Bank + comes, Clearing);
        document.Paid += Math.Min(open, comes);
        ahead[paid.Clinic] = AheadOf(paid.Clinic) + Math.Max(0, comes - open);
        if (paid.How == PayHow.LessFee)
        {
            document.WrittenOff += FeeYen;
        }
    }

    /// <summary>How much money comes where so much is open; 0 where none does.</summary>
    public static long Comes(PayHow how, long open) => how switch
    {
        PayHow.Half => open / 2,
        PayHow.TooMuch => open + OverpaidYen,
        PayHow.LessFee => open > FeeYen ? open - FeeYen : 0,
        _ => open,
    };

    /// <summary>On the day after: of what is due until the month's end, or, where banks are closed then, until the first day on which they are not.</summary>
    private void Debit(Debited debited)
    {
        var on = debited.On.AddDays(1);
        var dueBy = new DateOnly(on.Year, on.Month, 1).AddMonths(1).AddDays(-1);
        while (!BankCalendar.IsOpen(dueBy))
        {
            dueBy = dueBy.AddDays(1);
        }
        foreach (var document in documents.Where(d => isDebited(d.Clinic) && d.Clinic != debited.Refused && d.Due <= dueBy && d.Open > 0))
        {
            Bank += document.Open;
            document.Paid += document.Open;
        }
    }

    private void Mend(Mended mended)
    {
        if (Standing(mended.Clinic, mended.Month) is not { Kind: "Invoice" } document || document.Lines.OrderByDescending(l => l.Yen).ThenBy(l => l.Tax).First() is not { Yen: >= 2_000 } dearest)
        {
            return;
        }
        switch (mended.How)
        {
            case MendHow.Return:
                var back = new SheetDocument(document.Clinic, document.Month, "ReturnInvoice", document.Due, [dearest with { Yen = -dearest.Yen }], rounding);
                documents.Add(back);
                ahead[document.Clinic] = AheadOf(document.Clinic) - back.Total;
                break;
            case MendHow.Correct:
                TakeBack(document, "Replaced");
                var right = new SheetDocument(
                    document.Clinic, document.Month, "CorrectedInvoice", document.Due >= mended.On ? document.Due : dueOf(mended.On), [.. document.Lines.Select(l => ReferenceEquals(l, dearest) ? l with { Yen = l.Yen - 1_000 } : l)], rounding);
                documents.Add(right);
                UseAhead(right);
                break;
            default:
                TakeBack(document, "Void");
                waiting.AddRange(document.Lines);
                break;
        }
    }

    private void TakeBack(SheetDocument document, string state)
    {
        ahead[document.Clinic] = AheadOf(document.Clinic) + document.Paid;
        (document.State, document.Paid, document.WrittenOff) = (state, 0, 0);
    }
}
