using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>Which document it is. Corrections are documents of their own; what was issued before is kept beside them.</summary>
public enum InvoiceKind
{
    /// <summary>適格請求書.</summary>
    Invoice,

    /// <summary>修正適格請求書: takes the place of its original, whole.</summary>
    CorrectedInvoice,

    /// <summary>適格返還請求書: gives back a part of its original, which stands. Its amounts are negative.</summary>
    ReturnInvoice,
}

public enum InvoiceStatus
{
    Draft,
    InReview,
    Issued,

    /// <summary>無効: it keeps its number.</summary>
    Void,
}

/// <summary>請求書 to one clinic. Integer yen. Once issued only its becoming void can be added to it; the database refuses anything else.</summary>
public sealed class Invoice : ITenantOwned
{
    private Invoice()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    /// <summary>The monthly run that drafted it; corrections have none.</summary>
    public Guid? RunId { get; private set; }

    public InvoiceKind Kind { get; private set; }

    public InvoiceStatus Status { get; private set; }

    /// <summary>The secretariat does not want it issued with its run: its lines wait for the next.</summary>
    public bool LeftOut { get; private set; }

    public Guid ClinicId { get; private set; }

    public string ClinicName { get; private set; } = "";

    public string ClinicAddress { get; private set; } = "";

    /// <summary>The first day of the month that was closed.</summary>
    public DateOnly Month { get; private set; }

    /// <summary>取引年月日: the period that the lines are about, with its last day.</summary>
    public DateOnly SupplyFrom { get; private set; }

    public DateOnly SupplyUntil { get; private set; }

    public int LineCount { get; private set; }

    public long Net10Yen { get; private set; }

    public long Tax10Yen { get; private set; }

    public long Net8Yen { get; private set; }

    public long Tax8Yen { get; private set; }

    public long ExemptYen { get; private set; }

    public long OutsideScopeYen { get; private set; }

    /// <summary>Including tax; negative on a return invoice.</summary>
    public long TotalYen { get; private set; }

    public TaxRounding TaxRounding { get; private set; }

    public string? Number { get; private set; }

    public int? NumberYear { get; private set; }

    public int? NumberInYear { get; private set; }

    /// <summary>Who issued it, as it stood then.</summary>
    public InvoiceIssuer? Issuer { get; private set; }

    public DateOnly? IssuedOn { get; private set; }

    /// <summary>支払期限; none where nothing is to be paid.</summary>
    public DateOnly? DueOn { get; private set; }

    public DateTimeOffset? IssuedAt { get; private set; }

    public string? IssuedBy { get; private set; }

    /// <summary>What a corrected or return invoice is about.</summary>
    public Guid? OriginalId { get; private set; }

    /// <summary>The corrected invoice that stands instead of this one.</summary>
    public Guid? ReplacedById { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>備考.</summary>
    public string? Note { get; private set; }

    public DateTimeOffset? VoidedAt { get; private set; }

    public string? VoidedBy { get; private set; }

    public string? VoidReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>It is issued, not void, and no other stands instead of it.</summary>
    public bool Stands => Status == InvoiceStatus.Issued && ReplacedById is null;

    public long TaxYen => Tax10Yen + Tax8Yen;

    /// <summary>As people say it: SG-2026-00042.</summary>
    public static string NumberOf(string prefix, int year, int inYear) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{prefix}-{year}-{inYear:00000}");

    /// <summary>A correction of an issued invoice, with the totals of its items. It is issued in the same transaction.</summary>
    /// <param name="items">At least one.</param>
    internal static Invoice Correct(
        Invoice original, InvoiceKind kind, IReadOnlyList<(TaxCategory Category, long NetYen)> items, string reason, Guid id, DateTimeOffset now)
    {
        var totals = ConsumptionTax.Totals(items, original.TaxRounding).ToDictionary(total => total.Category);
        var invoice = new Invoice
        {
            TenantId = original.TenantId, Id = id, Kind = kind, Status = InvoiceStatus.InReview, ClinicId = original.ClinicId, ClinicName = original.ClinicName,
            ClinicAddress = original.ClinicAddress, Month = original.Month, SupplyFrom = original.SupplyFrom, SupplyUntil = original.SupplyUntil,
            LineCount = items.Count, TaxRounding = original.TaxRounding, OriginalId = original.Id, Reason = reason, CreatedAt = now,
            // What is said there of paying does not hold of getting back.
            Note = kind == InvoiceKind.ReturnInvoice ? null : original.Note,
            Net10Yen = Net(TaxCategory.Taxable10), Tax10Yen = totals.GetValueOrDefault(TaxCategory.Taxable10).TaxYen,
            Net8Yen = Net(TaxCategory.Reduced8), Tax8Yen = totals.GetValueOrDefault(TaxCategory.Reduced8).TaxYen,
            ExemptYen = Net(TaxCategory.Exempt), OutsideScopeYen = Net(TaxCategory.OutsideScope),
        };
        invoice.TotalYen = totals.Values.Sum(total => total.NetYen + total.TaxYen);
        return invoice;

        long Net(TaxCategory category) => totals.GetValueOrDefault(category).NetYen;
    }

    internal void Issue(InvoiceIssuer issuer, string prefix, int year, int inYear, DateOnly on, DateOnly? dueOn, string by, DateTimeOffset now)
    {
        (Status, Issuer, NumberYear, NumberInYear, Number) = (InvoiceStatus.Issued, issuer, year, inYear, NumberOf(prefix, year, inYear));
        (IssuedOn, DueOn, IssuedBy, IssuedAt) = (on, dueOn, by, now);
    }

    internal void ReplaceBy(Invoice corrected) => ReplacedById = corrected.Id;

    internal Result<Invoice> Leave(bool leftOut)
    {
        if (Status != InvoiceStatus.InReview)
        {
            return Error.Conflict("invoice.not-in-review");
        }
        LeftOut = leftOut;
        return this;
    }

    internal Result<Invoice> MakeVoid(string? reason, string by, DateTimeOffset now)
    {
        if (!Stands)
        {
            return Error.Conflict("invoice.not-standing");
        }
        if (reason is null)
        {
            return Error.OnField("reason", "invoice.reason-missing");
        }
        (Status, VoidReason, VoidedBy, VoidedAt) = (InvoiceStatus.Void, reason, by, now);
        return this;
    }
}
