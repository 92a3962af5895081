using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Telehealth.AnswerOffer;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth.SettleAfterMembership;

/// <param name="ToCall">Neither mail nor short messages reach the patient: the clinic has to call.</param>
public sealed record OpenAppointment(Appointment Appointment, bool Performs, bool ToCall);

/// <param name="Last">The clinic's last day.</param>
/// <param name="Doctors">Who can see the patients instead.</param>
/// <param name="Refused">Whose form was refused.</param>
public sealed record SettleModel(
    MemberClinicInfo Clinic, TenantInfo Tenant, DateOnly Last, IReadOnlyList<OpenAppointment> Open, IReadOnlyList<Practitioner> Doctors, Guid? Refused, FormState Form);

/// <summary>
/// 退会・停止後の予約: the secretariat hands each to a doctor of another clinic, at the same time, or calls it off. The patient is told either way, and who cannot
/// be written to is named to the clinic. Whose appointments they are, the secretariat does not see.
/// </summary>
public sealed class SettleAppointments(
    TelehealthContext db, AfterMembership after, IMemberClinics clinics, FreeTimes free, MoveAppointment move, AppointmentFollowUp followUp, AnswerOfferHandler offers, CurrentUser user,
    AuditTrail audit, ITenantResolver tenants, IStringLocalizer<BookingText> text, TimeProvider clock)
{
    public async Task<SettleModel?> ShowAsync(Guid clinicId, Guid? refused, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(clinicId, cancellationToken) is not var (clinic, tenant, last))
        {
            return null;
        }
        var open = await after.OpenAsync(tenant, clinic.Id, last, cancellationToken);
        audit.Listed("appointment", open.Select(a => (a.TenantId, a.Id, (Guid?)a.PatientId)));
        return new SettleModel(
            clinic, tenant, last, [.. open.Select(a => new OpenAppointment(a, a.PerformingClinicId == clinicId, PatientMessages.Ways(a).Count == 0))],
            await DoctorsAsync(tenant, clinicId, cancellationToken), refused, form);
    }

    /// <summary>The same time with a doctor of another clinic, or of the association's own.</summary>
    public async Task<Result<Guid>> HandOverAsync(Guid clinicId, Guid id, Guid? practitionerId, CancellationToken cancellationToken)
    {
        if (await OpenAsync(clinicId, id, cancellationToken) is not var (tenant, appointment) || appointment.PerformingClinicId != clinicId)
        {
            return Error.NotFound("appointment.not-found");
        }
        if ((await DoctorsAsync(tenant, clinicId, cancellationToken)).Find(d => d.Id == practitionerId) is not { } doctor)
        {
            return Error.OnField("doctor", "settle.choose-doctor");
        }
        var moved = await move.ToAsync(appointment, doctor, appointment.StartsAt, cancellationToken);
        if (!moved.Succeeded)
        {
            return Result<Guid>.Refused(moved.Errors);
        }
        await followUp.HandedOverAsync(appointment, moved.Value, clinicId, cancellationToken);
        return id;
    }

    public async Task<Result<Guid>> CallOffAsync(Guid clinicId, Guid id, CancellationToken cancellationToken)
    {
        if (await OpenAsync(clinicId, id, cancellationToken) is not var (_, appointment))
        {
            return Error.NotFound("appointment.not-found");
        }
        return await CallOffAsync(appointment, cancellationToken) is { } refusal ? refusal : id;
    }

    /// <summary>All that the clinic's own doctors will not see.</summary>
    public async Task<Result<Guid>> CallOffAllAsync(Guid clinicId, CancellationToken cancellationToken)
    {
        if (await FindAsync(clinicId, cancellationToken) is not var (clinic, tenant, last))
        {
            return Error.NotFound("clinic.not-found");
        }
        foreach (var appointment in (await after.OpenAsync(tenant, clinic.Id, last, cancellationToken)).Where(a => a.PerformingClinicId == clinicId))
        {
            if (await CallOffAsync(appointment, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }
        return clinicId;
    }

    private async Task<Error?> CallOffAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        // What is held for somebody of the waiting list is held no longer: they go on waiting.
        if (await db.Offers.SingleOrDefaultAsync(
            o => o.TenantId == appointment.TenantId && o.AppointmentId == appointment.Id && o.State == OfferState.Open, cancellationToken) is { } offer)
        {
            return await offers.LetGoAsync(offer, OfferState.Expired, cancellationToken);
        }
        var reason = text["Settle.Reason"].Value;
        if (appointment.Cancel(reason, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await followUp.ClinicOutsideAsync(appointment, reason, cancellationToken);
        return null;
    }

    private async Task<(TenantInfo Tenant, Appointment Appointment)?> OpenAsync(Guid clinicId, Guid id, CancellationToken cancellationToken) =>
        await FindAsync(clinicId, cancellationToken) is var (clinic, tenant, last)
        && (await after.OpenAsync(tenant, clinic.Id, last, cancellationToken)).Find(a => a.Id == id) is { } appointment ? (tenant, appointment) : null;

    /// <returns>Null as long as the clinic neither leaves nor is suspended, and where it is not the caller's to settle.</returns>
    private async Task<(MemberClinicInfo Clinic, TenantInfo Tenant, DateOnly Last)?> FindAsync(Guid clinicId, CancellationToken cancellationToken) =>
        user.Is(Roles.Secretariat, Roles.Portal) && await clinics.FindAsync(new ClinicId(clinicId), cancellationToken) is { } clinic
        && BookableUntil.Of(clinic.Membership) is { } last && tenants.ById(clinic.TenantId) is { } tenant ? (clinic, tenant, last) : null;

    private async Task<List<Practitioner>> DoctorsAsync(TenantInfo tenant, Guid leaving, CancellationToken cancellationToken) => await free.MembersAsync(
        await db.Practitioners.AsNoTracking().Where(p => p.TenantId == tenant.Id && p.Active && (p.ClinicId == null || p.ClinicId != leaving))
            .OrderBy(p => p.ClinicId != null).ThenBy(p => p.Kana).ToListAsync(cancellationToken), cancellationToken);
}
