using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.Gates;

/// <param name="MayBypass">The reader conducts the consultation, and it has not begun.</param>
/// <param name="HasPhoto">A photo of a document waits to be looked at.</param>
public sealed record GatePanel(
    Appointment Appointment, TenantInfo Tenant, OnlineConsultationSettings? Settings, IReadOnlyList<GateState> Gates, bool MayBypass, bool HasPhoto, FormState Form)
{
    public int Open => Gates.Count(g => g.IsOpen);

    public bool MayAct => Appointment.IsOpen;

    /// <summary>The gate whose form was refused.</summary>
    public Gate? Refused => Enum.TryParse<Gate>(Form.Value("gate"), out var gate) ? gate : null;
}

/// <summary>開始条件: how each gate stands, by whom and upon what, for the doctor and the clinics of the appointment.</summary>
public sealed class ShowGates(
    TelehealthContext db, AppointmentAccess access, GateCheck check, AuditTrail audit, ITenantResolver tenants)
{
    public static string[] Readers { get; } = [Roles.ClinicDoctor, Roles.ClinicStaff, Roles.NightDoctor];

    /// <returns>Null when it is not for this caller.</returns>
    public async Task<Appointment?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } found && (access.Conducts(found) || access.Manages(found)) ? found : null;

    public async Task<GatePanel?> HandleAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } appointment || tenants.ById(appointment.TenantId) is not { } tenant)
        {
            return null;
        }
        var gates = await check.AllAsync(appointment, cancellationToken);
        var hasPhoto = await db.Documents.AnyAsync(d => d.TenantId == appointment.TenantId && d.AppointmentId == id, cancellationToken);
        audit.Opened(appointment.TenantId, "appointment", id, detail: "gates", patient: appointment.PatientId);
        return new GatePanel(appointment, tenant, tenant.Settings.OnlineConsultation, gates, access.Conducts(appointment) && appointment.IsOpen, hasPhoto, form);
    }

    /// <summary>The photo that waits to be looked at.</summary>
    public async Task<IdentityDocument?> PhotoAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } appointment || await LastPhotoAsync(appointment, cancellationToken) is not { } photo)
        {
            return null;
        }
        audit.Opened(appointment.TenantId, "appointment", id, detail: "identity-document", patient: appointment.PatientId);
        return photo;
    }

    internal Task<IdentityDocument?> LastPhotoAsync(Appointment appointment, CancellationToken cancellationToken) =>
        db.Documents.Where(d => d.TenantId == appointment.TenantId && d.AppointmentId == appointment.Id).OrderByDescending(d => d.UploadedAt)
            .FirstOrDefaultAsync(cancellationToken);
}
