using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>What happened.</summary>
public enum UsageKind
{
    Call,
    Visit,
    Video,
    Phone,
}

/// <summary>Something that has a price, as it was told: written once, the history that a month is computed from.</summary>
public sealed class Usage : ITenantOwned
{
    private Usage()
    {
    }

    public Guid TenantId { get; private set; }

    /// <summary>In the order in which it became known: calls are included in a base in that order, so that a late one does not change an earlier one's price.</summary>
    public Guid Id { get; private set; }

    public UsageKind Kind { get; private set; }

    /// <summary>The case of a call; the visit of everything else.</summary>
    public Guid SourceId { get; private set; }

    public Guid ClinicId { get; private set; }

    public string ClinicName { get; private set; } = "";

    public DateOnly Month { get; private set; }

    public DateOnly Night { get; private set; }

    public Guid? CaseId { get; private set; }

    public string CaseNumber { get; private set; } = "";

    public FeeClass? FeeClass { get; private set; }

    public bool EndOfLife { get; private set; }

    /// <summary>It was under cover when the call came, or when it was reported where there was no call. Otherwise no plan's prices are asked for it.</summary>
    public bool Covered { get; private set; }

    public DateTimeOffset OccurredAt { get; private set; }

    public DateTimeOffset RecordedAt { get; private set; }

    /// <param name="clinic">Of the patient, with its name.</param>
    public static Usage Of(BillableVisit visit, (Guid Id, string Name) clinic, FeeClass feeClass, bool covered, DateTimeOffset now) => new()
    {
        TenantId = visit.Tenant.Value,
        Id = Guid.CreateVersion7(now),
        Kind = visit.Kind switch { VisitKind.Video => UsageKind.Video, VisitKind.Phone => UsageKind.Phone, _ => UsageKind.Visit },
        SourceId = visit.Id.Value,
        ClinicId = clinic.Id,
        ClinicName = clinic.Name,
        Month = new DateOnly(visit.Night.Year, visit.Night.Month, 1),
        Night = visit.Night,
        CaseId = visit.CaseId?.Value,
        CaseNumber = visit.CaseNumber,
        FeeClass = feeClass,
        EndOfLife = visit.EndOfLife,
        Covered = covered,
        OccurredAt = visit.ArrivedAt,
        RecordedAt = now,
    };

    public static Usage Of(Guid tenantId, BillableCall call, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        Kind = UsageKind.Call,
        SourceId = call.Id.Value,
        ClinicId = call.ClinicId,
        ClinicName = call.ClinicName,
        Month = new DateOnly(call.Night.Year, call.Night.Month, 1),
        Night = call.Night,
        CaseId = call.Id.Value,
        CaseNumber = call.Number,
        Covered = call.Covered,
        OccurredAt = call.ReceivedAt,
        RecordedAt = now,
    };

    /// <summary>What it costs by a plan: a visit and, where there was one, the end of life. Of a call the price beyond the included ones.</summary>
    public IEnumerable<MeteredLine> Lines(PricePlan plan, PriceListVersion prices)
    {
        yield return Kind switch
        {
            UsageKind.Call => Line(InvoiceLineKind.Call, plan.Call, PriceKind.Call),
            UsageKind.Video => Line(InvoiceLineKind.Video, plan.Video, PriceKind.Video),
            UsageKind.Phone => Line(InvoiceLineKind.Phone, plan.Call, PriceKind.Phone),
            _ => Line(InvoiceLineKind.Visit, plan.Visit.Of(FeeClass ?? Shared.Calendar.FeeClass.None), PriceKind.Visit),
        };
        if (EndOfLife)
        {
            yield return Line(InvoiceLineKind.EndOfLife, plan.EndOfLife, PriceKind.EndOfLife);
        }

        MeteredLine Line(InvoiceLineKind kind, int yen, PriceKind price) =>
            new(ClinicId, ClinicName, Night, kind, Kind == UsageKind.Call ? LineSource.Case : LineSource.Visit, SourceId, plan.Code, yen, prices.TaxOf(price), OccurredAt)
            {
                FeeClass = Kind == UsageKind.Call ? null : FeeClass,
                CaseId = CaseId,
                CaseNumber = CaseNumber,
            };
    }
}

/// <summary>Something of the history that does not count after all.</summary>
public sealed class UsageVoid : ITenantOwned
{
    private UsageVoid()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid UsageId { get; private set; }

    public string Reason { get; private set; } = "";

    public Guid ById { get; private set; }

    public string ByName { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    public static UsageVoid Of(Usage usage, string reason, Guid byId, string byName, DateTimeOffset now) =>
        new() { TenantId = usage.TenantId, UsageId = usage.Id, Reason = reason, ById = byId, ByName = byName, At = now };
}
