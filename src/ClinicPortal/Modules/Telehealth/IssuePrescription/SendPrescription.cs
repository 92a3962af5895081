using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.WriteNote;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.IssuePrescription;

/// <summary>処方箋情報 as the sheet shows it.</summary>
public sealed record PrescriptionSheetModel(Prescription Prescription, TenantInfo Tenant);

/// <param name="Shown">The link that was just given: it is shown this once.</param>
public sealed record PrescriptionModel(
    Prescription Prescription, Appointment Appointment, TenantInfo Tenant, Pharmacy? Pharmacy, IReadOnlyList<PrescriptionNotice> Notices,
    IReadOnlyList<GivenLink> Given, ShownLink? Shown, FormState Form);

/// <summary>
/// The sheet for the pharmacy: printed and faxed, or read there by a link. A mail only says that a sheet waits and leads to it: mails lie about, so
/// nothing of the patient stands in it, and birth date and code, without which the link opens nothing, are told by phone or FAX.
/// </summary>
public sealed class SendPrescription(
    TelehealthContext db, ShowNote notes, IVisitorLinks links, IPortalAddresses addresses, PortalSession session, AuditTrail audit, CurrentUser user,
    ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>As long as a prescription may be filled: the day it was issued and three more.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(4);

    public static VisitorPurpose Purpose { get; } = new("prescription-sheet", "/prescription");

    public async Task<PrescriptionModel?> ShowAsync(Guid id, string? shown, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (prescription, appointment))
        {
            return null;
        }
        audit.Opened(prescription.TenantId, "prescription", id, patient: appointment.PatientId);
        var notices = await db.Notices.AsNoTracking().Where(n => n.TenantId == prescription.TenantId && n.PrescriptionId == id).OrderByDescending(n => n.AskedAt).ToListAsync(cancellationToken);
        return new PrescriptionModel(
            prescription, appointment, tenants.ById(prescription.TenantId)!, await PharmacyAsync(prescription, cancellationToken), notices,
            await links.OfAsync(Purpose, new TenantId(prescription.TenantId), id, cancellationToken), links.Unwrap(id, shown), form);
    }

    public async Task<PrescriptionSheetModel?> PrintAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (prescription, appointment))
        {
            return null;
        }
        audit.Exported("prescription", [(prescription.TenantId, id, (Guid?)appointment.PatientId)], "print");
        return new PrescriptionSheetModel(prescription, tenants.ById(prescription.TenantId)!);
    }

    /// <summary>What the pharmacy sees by its link.</summary>
    public async Task<PrescriptionSheetModel?> ReadByLinkAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Prescriptions.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } prescription)
        {
            return null;
        }
        var patient = await db.Appointments.Where(a => a.TenantId == prescription.TenantId && a.Id == prescription.AppointmentId).Select(a => a.PatientId).SingleAsync(cancellationToken);
        audit.Opened(prescription.TenantId, "prescription", id, Purpose.Name, patient: patient);
        return new PrescriptionSheetModel(Whole(prescription), tenants.ById(prescription.TenantId)!);
    }

    /// <summary>Gives a link, and mails its address where the pharmacy has one.</summary>
    /// <returns>What the next page shows once: link and code, readable by this session only.</returns>
    public async Task<Result<string>> GiveAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (prescription, appointment))
        {
            return Error.NotFound("prescription.not-found");
        }
        var now = clock.GetUtcNow();
        if (now >= prescription.IssuedAt + Lifetime)
        {
            return Error.Conflict("prescription.too-old");
        }
        var tenant = new TenantId(prescription.TenantId);
        var issued = await links.IssueAsync(Purpose, tenant, id, appointment.PatientBirthDate, prescription.IssuedAt + Lifetime, cancellationToken);
        if (await PharmacyAsync(prescription, cancellationToken) is { Email: not null } pharmacy)
        {
            var notice = PrescriptionNotice.Of(
                prescription, pharmacy.Id, $"{addresses.InMails(tenants.ById(tenant.Value)!.Identifier)}/l/{issued.Secret}", user, now);
            db.Notices.Add(notice);
            await db.SaveChangesAsync(cancellationToken);
            session.Enqueue(MailPrescription.For(notice, now));
        }
        audit.Exported("prescription", [(prescription.TenantId, id, (Guid?)appointment.PatientId)], "link", $"given, {appointment.Number}");
        return links.Wrap(tenant, id, issued);
    }

    public async Task<Result<Guid>> RevokeAsync(Guid id, Guid link, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (prescription, appointment)
            || !await links.RevokeAsync(Purpose, new TenantId(prescription.TenantId), id, link, cancellationToken))
        {
            return Error.NotFound("prescription.not-found");
        }
        audit.Changed(prescription.TenantId, "link", link, $"revoked, {appointment.Number}", patient: appointment.PatientId);
        return link;
    }

    private async Task<(Prescription, Appointment)?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Prescriptions.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is { } prescription
        && await notes.FindAsync(prescription.AppointmentId, cancellationToken) is { } appointment ? (Whole(prescription), appointment) : null;

    private async Task<Pharmacy?> PharmacyAsync(Prescription prescription, CancellationToken cancellationToken) => prescription.PharmacyId is { } id
        ? await db.Pharmacies.AsNoTracking().SingleOrDefaultAsync(p => p.TenantId == prescription.TenantId && p.Id == id, cancellationToken) : null;

    /// <summary>What is dispensed is what was issued, byte for byte.</summary>
    private static Prescription Whole(Prescription prescription) => prescription.Content.Sha256().AsSpan().SequenceEqual(prescription.Sha256) ? prescription
        : throw new TamperedException("telehealth.prescription.sha256", prescription.TenantId, prescription.Id);
}
