using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Patients.AccessLog;

/// <param name="Shown">The link that was just given: it is shown this once.</param>
public sealed record ReportLinks(
    Guid PatientId, string PatientName, Guid SheetId, string Number, TimeZoneInfo Zone, IReadOnlyList<GivenLink> Given, ShownLink? Shown, FormState Form);

/// <summary>Instead of on paper, a patient or the family reads an issued sheet by a link; whoever may issue sheets gives it, and ends it again.</summary>
public sealed class GiveReportLink(IssueLookSheet sheets, IVisitorLinks links, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public static VisitorPurpose Purpose { get; } = new("access-report", "/access-report");

    /// <returns>Null when there is no such sheet of this clinic.</returns>
    public async Task<ReportLinks?> ShowAsync(Guid patientId, Guid sheetId, string? shown, FormState form, CancellationToken cancellationToken)
    {
        if (await sheets.FindIssuedAsync(patientId, sheetId, cancellationToken) is not var (patient, issue))
        {
            return null;
        }
        audit.Opened(patient.TenantId, "access-report", sheetId, detail: "links", patient: patientId);
        return new ReportLinks(
            patientId, $"{patient.FamilyName} {patient.GivenName}", sheetId, issue.Number, tenants.ById(patient.TenantId)!.Zone,
            await links.OfAsync(Purpose, new TenantId(patient.TenantId), sheetId, cancellationToken), links.Unwrap(sheetId, shown), form);
    }

    /// <returns>What the next page shows once: link and code, readable by this session only.</returns>
    public async Task<Result<string>> HandleAsync(Guid patientId, Guid sheetId, CancellationToken cancellationToken)
    {
        if (await sheets.FindIssuedAsync(patientId, sheetId, cancellationToken) is not var (patient, issue))
        {
            return Error.NotFound("patient.not-found");
        }
        var tenant = new TenantId(patient.TenantId);
        var issued = await links.IssueAsync(Purpose, tenant, sheetId, patient.BirthDate, clock.GetUtcNow() + Lifetime, cancellationToken);
        audit.Changed(patient.TenantId, "link", issued.Id, $"given, access report {issue.Number}", patient: patientId);
        return links.Wrap(tenant, sheetId, issued);
    }

    public async Task<Result<Guid>> RevokeAsync(Guid patientId, Guid sheetId, Guid link, CancellationToken cancellationToken)
    {
        if (await sheets.FindIssuedAsync(patientId, sheetId, cancellationToken) is not var (patient, issue)
            || !await links.RevokeAsync(Purpose, new TenantId(patient.TenantId), sheetId, link, cancellationToken))
        {
            return Error.NotFound("patient.not-found");
        }
        audit.Changed(patient.TenantId, "link", link, $"revoked, access report {issue.Number}", patient: patientId);
        return link;
    }
}
