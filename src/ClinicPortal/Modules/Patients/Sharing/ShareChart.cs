using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Patients.Sharing;

/// <param name="Grantee">Id of a clinic, a facility or the desk of the same association.</param>
/// <param name="Until">The last day on which it is shared.</param>
public sealed record ShareChartInput(
    Guid Patient, Guid? Grantee, bool Summary, bool Reports, DateOnly? Until, string? ConsentBy, ConsentHow? ConsentHow, DateOnly? ConsentOn);

/// <summary>The primary clinic shares one of its patients with one other organisation, on the patient's consent.</summary>
public sealed class ShareChart(
    PatientsDbContext db, SharingPartners partners, PatientContexts contexts, CurrentUser user, AuditTrail audit, PortalSession session, ITenantResolver tenants,
    TimeProvider clock)
{
    public const int LongestMonths = 12;
    private const int MaxLength = 100;

    public async Task<Result<PatientId>> HandleAsync(ShareChartInput input, CancellationToken cancellationToken)
    {
        if (await db.Patients.SingleOrDefaultAsync(p => p.Id == input.Patient && p.PrimaryClinicId == user.OrganisationId, cancellationToken) is not { } patient)
        {
            return Error.NotFound("patient.not-found");
        }
        if (!(await contexts.OwnAsync(cancellationToken)).MayWrite)
        {
            return new Error("patient.clinic-not-active", ErrorKind.Forbidden);
        }
        var now = clock.GetUtcNow();
        var zone = tenants.ById(patient.TenantId)!.Zone;
        var today = WallClock.Of(now, zone).Date;
        var partner = (await partners.OfAsync(patient, cancellationToken)).FirstOrDefault(p => p.Id == input.Grantee);
        if (Refuse(input, partner, today) is { Count: > 0 } errors)
        {
            return Result<PatientId>.Refused(errors);
        }
        if (await db.Grants.AnyAsync(
            g => g.PatientId == patient.Id && g.GranteeId == partner!.Id && g.RevokedAt == null && g.ExpiresAt > now, cancellationToken))
        {
            // Two at once, and who revokes one believes that nothing is shared any more.
            return Error.OnField("grantee", "sharing.already");
        }
        var grant = SharingGrant.Give(
            patient,
            new SharingTerms(
                partner!, input.Summary, input.Reports, input.ConsentBy!, input.ConsentHow!.Value, input.ConsentOn!.Value,
                WallClock.EndOf(input.Until!.Value, zone)),
            user, now);
        db.Grants.Add(grant);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException raced) when (raced.InnerException is PostgresException { ConstraintName: "sharing_grant_one_at_a_time" })
        {
            return Error.OnField("grantee", "sharing.already");
        }
        audit.Changed(patient.TenantId, "sharing", grant.Id, $"given to {partner!.Id}", patient: patient.Id);
        session.Changed(LiveTopics.Patient(patient.Id));
        return new PatientId(patient.Id);
    }

    private static List<Error> Refuse(ShareChartInput input, SharingPartner? partner, DateOnly today)
    {
        var errors = new List<Error>();
        if (partner is null)
        {
            errors.Add(Error.OnField("grantee", input.Grantee is null ? "required" : "sharing.unknown-partner"));
        }
        if (!input.Summary && !input.Reports)
        {
            errors.Add(Error.OnField("summary", "sharing.nothing"));
        }
        if (input.Until is not { } until)
        {
            errors.Add(Error.OnField("until", "required"));
        }
        else if (until < today || until > today.AddMonths(LongestMonths))
        {
            errors.Add(Error.OnField("until", "sharing.end-day", LongestMonths));
        }
        if (input.ConsentBy is null)
        {
            errors.Add(Error.OnField("consentBy", "required"));
        }
        else if (input.ConsentBy.Length > MaxLength)
        {
            errors.Add(Error.OnField("consentBy", "too-long", MaxLength));
        }
        if (input.ConsentHow is null)
        {
            errors.Add(Error.OnField("consentHow", "required"));
        }
        if (input.ConsentOn is not { } on)
        {
            errors.Add(Error.OnField("consentOn", "required"));
        }
        else if (on > today)
        {
            errors.Add(Error.OnField("consentOn", "sharing.consent-later"));
        }
        return errors;
    }
}

/// <summary>The patient's clinic, or the one that gave it, ends what is shared: from the next look on there is nothing.</summary>
public sealed class RevokeSharing(PatientsDbContext db, CurrentUser user, AuditTrail audit, PortalSession session, TimeProvider clock)
{
    public async Task<Result<PatientId>> HandleAsync(Guid patient, Guid id, CancellationToken cancellationToken)
    {
        var clinic = user.OrganisationId;
        var found = await db.Grants.SingleOrDefaultAsync(
            g => g.Id == id && g.PatientId == patient
                && (g.ClinicId == clinic || db.Patients.Any(p => p.TenantId == g.TenantId && p.Id == g.PatientId && p.PrimaryClinicId == clinic)), cancellationToken);
        if (found is null)
        {
            return Error.NotFound("sharing.not-found");
        }
        if (found.Revoke(user, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(found.TenantId, "sharing", found.Id, "revoked", patient: patient);
        session.Changed(LiveTopics.Patient(patient));
        return new PatientId(patient);
    }
}
