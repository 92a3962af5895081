using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.AskForAppointment;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Telehealth.GiveBookingLink;

/// <param name="Shown">The link that was just given: it is shown this once.</param>
public sealed record BookingLinksModel(PatientSnapshot Patient, TenantInfo Tenant, bool ByLink, IReadOnlyList<GivenLink> Given, ShownLink? Shown, FormState Form);

/// <summary>予約用リンク: the clinic lets a patient or family ask for a time themselves.</summary>
public sealed class BookingLinks(IPatients patients, IVisitorLinks links, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public async Task<BookingLinksModel?> ShowAsync(Guid patientId, string? shown, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(patientId, cancellationToken) is not var (patient, tenant))
        {
            return null;
        }
        audit.Opened(tenant.Id, "patient", patientId, detail: "booking links");
        return new BookingLinksModel(
            patient, tenant, tenant.Settings.OnlineConsultation!.Services.Any(s => s.ByLink),
            await links.OfAsync(BookByLink.Purpose, new TenantId(tenant.Id), patientId, cancellationToken), links.Unwrap(patientId, shown), form);
    }

    public async Task<Result<string>> GiveAsync(Guid patientId, CancellationToken cancellationToken)
    {
        if (await FindAsync(patientId, cancellationToken) is not var (patient, tenant))
        {
            return Error.NotFound("booking.no-patient");
        }
        var issued = await links.IssueAsync(
            BookByLink.Purpose, new TenantId(tenant.Id), patientId, patient.BirthDate, clock.GetUtcNow() + Lifetime, cancellationToken);
        audit.Changed(tenant.Id, "link", issued.Id, "given, booking", patient: patientId);
        return links.Wrap(new TenantId(tenant.Id), patientId, issued);
    }

    public async Task<Result<Guid>> RevokeAsync(Guid patientId, Guid link, CancellationToken cancellationToken)
    {
        if (await FindAsync(patientId, cancellationToken) is not var (_, tenant)
            || !await links.RevokeAsync(BookByLink.Purpose, new TenantId(tenant.Id), patientId, link, cancellationToken))
        {
            return Error.NotFound("booking.no-patient");
        }
        audit.Changed(tenant.Id, "link", link, "revoked, booking", patient: patientId);
        return link;
    }

    private async Task<(PatientSnapshot Patient, TenantInfo Tenant)?> FindAsync(Guid patientId, CancellationToken cancellationToken) =>
        await patients.FindAsync(new PatientId(patientId), cancellationToken) is { } patient
        && tenants.ById(patient.TenantId) is { Settings.OnlineConsultation: not null } tenant ? (patient, tenant) : null;
}
