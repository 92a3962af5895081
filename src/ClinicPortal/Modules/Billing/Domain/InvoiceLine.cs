using ClinicPortal.Modules.Visits.Contracts;
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

    /// <summary>The date the night began.</summary>
    public DateOnly Night { get; private set; }

    /// <summary>None where the visit came of an appointment and no case of the night.</summary>
    public Guid? CaseId { get; private set; }

    /// <summary>Of the case; of the appointment where there was none.</summary>
    public string CaseNumber { get; private set; } = "";

    public Guid VisitId { get; private set; }

    public InvoiceLineKind Kind { get; private set; }

    public FeeClass FeeClass { get; private set; }

    /// <summary>Code of the plan whose price it is.</summary>
    public string Plan { get; private set; } = "";

    public int Quantity { get; private set; }

    public int UnitYen { get; private set; }

    public int AmountYen { get; private set; }

    public TaxCategory TaxCategory { get; private set; }

    public DateTimeOffset OccurredAt { get; private set; }

    /// <summary>The lines of one visit by the prices of the plan: the visit, and the end of life where there was one.</summary>
    /// <param name="clinicId">The clinic that holds the subscription.</param>
    public static IEnumerable<InvoiceLine> For(
        BillableVisit visit, Guid clinicId, PricePlan plan, TaxCategory tax, FeeClass feeClass, DateTimeOffset now)
    {
        yield return visit.Kind switch
        {
            VisitKind.Video => Line(InvoiceLineKind.Video, plan.Video),
            VisitKind.Phone => Line(InvoiceLineKind.Phone, plan.Call),
            _ => Line(InvoiceLineKind.Visit, feeClass switch
            {
                FeeClass.DeepNight => plan.Visit.DeepNight,
                FeeClass.Holiday => plan.Visit.Holiday,
                FeeClass.Night => plan.Visit.Night,
                _ => plan.Visit.None,
            }),
        };
        if (visit.EndOfLife)
        {
            yield return Line(InvoiceLineKind.EndOfLife, plan.EndOfLife);
        }

        InvoiceLine Line(InvoiceLineKind kind, int unitYen) => new()
        {
            TenantId = visit.Tenant.Value,
            Id = Guid.CreateVersion7(now),
            ClinicId = clinicId,
            ClinicName = visit.PrimaryClinicName ?? "",
            Month = new DateOnly(visit.Night.Year, visit.Night.Month, 1),
            Night = visit.Night,
            CaseId = visit.CaseId?.Value,
            CaseNumber = visit.CaseNumber,
            VisitId = visit.Id.Value,
            Kind = kind,
            FeeClass = feeClass,
            Plan = plan.Code,
            Quantity = 1,
            UnitYen = unitYen,
            AmountYen = unitYen,
            TaxCategory = tax,
            OccurredAt = visit.ArrivedAt,
        };
    }
}
