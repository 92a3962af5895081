using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Zengin;

namespace ClinicPortal.Modules.Billing.ImportTransfers;

/// <summary>Why a clinic is suggested, the best reason first.</summary>
[Flags]
public enum MatchReasons
{
    None = 0,

    /// <summary>The clinic's number stands on the transfer.</summary>
    Reference = 1,

    /// <summary>An invoice's number does.</summary>
    InvoiceNumber = 2,

    /// <summary>The clinic has transferred under this name before.</summary>
    KnownPayer = 4,

    /// <summary>The name is the clinic's.</summary>
    Name = 8,

    /// <summary>As much as all that is open.</summary>
    WholeAmount = 16,

    /// <summary>As much as one invoice, or the oldest ones.</summary>
    InvoiceAmount = 32,

    /// <summary>As much, less what a bank takes.</summary>
    LessFee = 64,
}

/// <param name="Invoices">Which the amount would pay, in this order.</param>
/// <param name="MissingYen">What the clinic's bank seems to have taken off.</param>
public sealed record Match(Guid ClinicId, string ClinicName, MatchReasons Reasons, int Score, IReadOnlyList<OpenReceivable> Invoices, long MissingYen);

/// <summary>A clinic as somebody who may have transferred.</summary>
/// <param name="Kana">Of its name.</param>
public sealed record MatchCandidate(Guid ClinicId, string Name, string Kana, string? Reference, IReadOnlyList<string> KnownPayers, IReadOnlyList<OpenReceivable> Open);

/// <summary>消込の候補: whose money it may be, by number, name and amount. A person decides.</summary>
public static class MatchTransfers
{
    /// <summary>What banks take for a transfer stays below this.</summary>
    public const long HighestFeeYen = 1_100;

    private const int MostSuggestions = 5;
    private const int ReferenceLength = 7;

    private static readonly (MatchReasons Reason, int Score)[] Weights =
    [
        (MatchReasons.Reference, 100), (MatchReasons.InvoiceNumber, 90), (MatchReasons.KnownPayer, 60), (MatchReasons.Name, 50), (MatchReasons.WholeAmount, 30),
        (MatchReasons.InvoiceAmount, 25), (MatchReasons.LessFee, 15),
    ];

    /// <param name="payer">As the bank wrote it.</param>
    public static IReadOnlyList<Match> For(long yen, string payer, string payerCode, string edi, IEnumerable<MatchCandidate> candidates)
    {
        var written = $"{payerCode} {payer} {edi}";
        var name = ZenginText.Comparable(NameOf(payer));
        return [.. candidates.Select(candidate => Judge(candidate, yen, written, name)).Where(match => match.Score > 0)
            .OrderByDescending(match => match.Score).ThenBy(match => match.ClinicName, StringComparer.Ordinal).Take(MostSuggestions)];
    }

    /// <summary>A payer's name without the number that the clinic wrote before it.</summary>
    public static string NameOf(string payer) => payer.TrimStart([' ', .. "0123456789"]).Trim();

    private static Match Judge(MatchCandidate candidate, long yen, string written, string name)
    {
        var reasons = MatchReasons.None;
        if (candidate.Reference is { } reference && Digits(written).Any(run => run.Contains(reference, StringComparison.Ordinal)))
        {
            reasons |= MatchReasons.Reference;
        }
        var comparable = ZenginText.Comparable(written);
        if (candidate.Open.Any(open => ZenginText.Comparable(open.Invoice.Number) is { Length: >= ReferenceLength } number && comparable.Contains(number, StringComparison.Ordinal)))
        {
            reasons |= MatchReasons.InvoiceNumber;
        }
        if (name.Length > 0 && candidate.KnownPayers.Any(known => ZenginText.Comparable(known) == name))
        {
            reasons |= MatchReasons.KnownPayer;
        }
        if (Resembles(ZenginText.Comparable(candidate.Kana), name))
        {
            reasons |= MatchReasons.Name;
        }
        var (invoices, missing, byAmount) = ByAmount(candidate.Open, yen);
        reasons |= byAmount;
        return new Match(
            candidate.ClinicId, candidate.Name, reasons, Weights.Where(weight => reasons.HasFlag(weight.Reason)).Sum(weight => weight.Score), invoices, missing);
    }

    /// <summary>Which open invoices the amount pays: all, one, or the oldest; exactly first, then less a fee.</summary>
    private static (IReadOnlyList<OpenReceivable> Invoices, long MissingYen, MatchReasons Reason) ByAmount(IReadOnlyList<OpenReceivable> open, long yen)
    {
        var sets = new List<IReadOnlyList<OpenReceivable>> { open };
        sets.AddRange(open.Select(one => (IReadOnlyList<OpenReceivable>)[one]));
        sets.AddRange(Enumerable.Range(2, Math.Max(open.Count - 2, 0)).Select(count => (IReadOnlyList<OpenReceivable>)[.. open.Take(count)]));
        var totals = sets.Where(set => set.Count > 0).Select(set => (Set: set, Missing: set.Sum(o => o.OpenYen) - yen)).ToList();
        if (totals.FindIndex(t => t.Missing == 0) is >= 0 and var exact)
        {
            return (totals[exact].Set, 0, exact == 0 ? MatchReasons.WholeAmount : MatchReasons.InvoiceAmount);
        }
        if (totals.FindIndex(t => t.Missing is > 0 and <= HighestFeeYen) is >= 0 and var less)
        {
            return (totals[less].Set, totals[less].Missing, MatchReasons.LessFee);
        }
        return (open, 0, MatchReasons.None);
    }

    /// <summary>One contains the other: corporate forms and branches are written or left out.</summary>
    private static bool Resembles(string own, string name) =>
        own.Length >= 3 && name.Length >= 3 && (own.Contains(name, StringComparison.Ordinal) || name.Contains(own, StringComparison.Ordinal));

    private static IEnumerable<string> Digits(string text) =>
        text.Split([.. text.Where(letter => !char.IsAsciiDigit(letter)).Distinct()], StringSplitOptions.RemoveEmptyEntries).Where(run => run.Length >= ReferenceLength);
}
