using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>What a line charges for.</summary>
public enum InvoiceLineKind
{
    /// <summary>往診, priced by the fee class of the time of arrival.</summary>
    Visit,

    /// <summary>看取り, beside the visit.</summary>
    EndOfLife,

    /// <summary>オンライン診療.</summary>
    Video,

    /// <summary>電話等再診, where video failed: at the plan's price of a call, because it is no online consultation.</summary>
    Phone,

    /// <summary>受電: a case of the clinic's patient; for nothing while the month's base includes it.</summary>
    Call,

    /// <summary>月額, of the days that the line covers.</summary>
    MonthlyBase,

    /// <summary>A night bought by itself.</summary>
    SingleNight,

    /// <summary>A holiday of 24 hours bought by itself.</summary>
    HolidayDay,

    /// <summary>What is missing to the month's minimum.</summary>
    Minimum,

    /// <summary>割引: takes away.</summary>
    Discount,

    /// <summary>調整: the difference between an earlier line and what history gives now.</summary>
    Adjustment,
}

/// <summary>What a line came of.</summary>
public enum LineSource
{
    Visit,
    Case,

    /// <summary>A night that was bought.</summary>
    Night,

    /// <summary>A stretch of a subscription within a month.</summary>
    Term,

    /// <summary>A clinic's month as a whole.</summary>
    Month,

    /// <summary>An earlier line.</summary>
    Line,
}

/// <summary>A line of a clinic's next invoice. Integer yen, excluding tax; it is written once and never changed.</summary>
public sealed class InvoiceLine : ITenantOwned
{
    private InvoiceLine()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public string ClinicName { get; private set; } = "";

    /// <summary>The first day of the month of the night.</summary>
    public DateOnly Month { get; private set; }

    /// <summary>The date the night began; of what a month costs the last day that it covers.</summary>
    public DateOnly Night { get; private set; }

    /// <summary>None where the visit came of an appointment and no case of the night, and of what a month costs.</summary>
    public Guid? CaseId { get; private set; }

    /// <summary>Of the case; of the appointment where there was none.</summary>
    public string? CaseNumber { get; private set; }

    public Guid? VisitId { get; private set; }

    /// <summary>With <see cref="SourceId"/> and <see cref="Kind"/> there is one line.</summary>
    public LineSource SourceKind { get; private set; }

    public Guid SourceId { get; private set; }

    public InvoiceLineKind Kind { get; private set; }

    public FeeClass? FeeClass { get; private set; }

    /// <summary>Code of the plan whose price it is.</summary>
    public string Plan { get; private set; } = "";

    public int Quantity { get; private set; }

    public int UnitYen { get; private set; }

    public int AmountYen { get; private set; }

    public TaxCategory TaxCategory { get; private set; }

    public DateTimeOffset OccurredAt { get; private set; }

    /// <summary>The line that this one corrects, where it is an <see cref="InvoiceLineKind.Adjustment"/>.</summary>
    public Guid? AdjustsLineId { get; private set; }

    /// <summary>Words of whoever gave a discount its name; of an adjustment the code of its reason.</summary>
    public string? Reason { get; private set; }

    /// <summary>First and last day of a base that is a part of a month's.</summary>
    public DateOnly? CoversFrom { get; private set; }

    public DateOnly? CoversUntil { get; private set; }

    public static InvoiceLine Of(Guid tenantId, MeteredLine line, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        ClinicId = line.ClinicId,
        ClinicName = line.ClinicName,
        Month = new DateOnly(line.Night.Year, line.Night.Month, 1),
        Night = line.Night,
        CaseId = line.CaseId,
        CaseNumber = line.CaseNumber,
        VisitId = line.SourceKind == LineSource.Visit ? line.SourceId : null,
        SourceKind = line.SourceKind,
        SourceId = line.SourceId,
        Kind = line.Kind,
        FeeClass = line.FeeClass,
        Plan = line.Plan,
        Quantity = 1,
        UnitYen = line.Yen,
        AmountYen = line.Yen,
        TaxCategory = line.Tax,
        OccurredAt = line.OccurredAt,
        AdjustsLineId = line.AdjustsLineId,
        Reason = line.Reason,
        CoversFrom = line.CoversFrom,
        CoversUntil = line.CoversUntil,
    };
}

/// <summary>A line as the history gives it, before it is written.</summary>
/// <param name="Yen">Excluding tax; what is taken away is below nothing.</param>
public sealed record MeteredLine(
    Guid ClinicId, string ClinicName, DateOnly Night, InvoiceLineKind Kind, LineSource SourceKind, Guid SourceId, string Plan, int Yen, TaxCategory Tax, DateTimeOffset OccurredAt)
{
    public FeeClass? FeeClass { get; init; }

    public Guid? CaseId { get; init; }

    public string? CaseNumber { get; init; }

    public DateOnly? CoversFrom { get; init; }

    public DateOnly? CoversUntil { get; init; }

    public string? Reason { get; init; }

    public Guid? AdjustsLineId { get; init; }
}
