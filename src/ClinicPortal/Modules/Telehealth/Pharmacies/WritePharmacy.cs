using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.Pharmacies;

/// <param name="Edited">The one whose form is open; null for a new one.</param>
public sealed record PharmacyList(IReadOnlyList<Pharmacy> Pharmacies, Pharmacy? Edited, bool MayWrite, FormState Form);

/// <summary>薬局: one list for all clinics of the association; whoever of a clinic knows a pharmacy better writes it better.</summary>
public sealed class WritePharmacy(TelehealthContext db, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    public static string[] Readers { get; } = [Roles.ClinicDoctor, Roles.ClinicStaff, Roles.NightDoctor];

    public async Task<PharmacyList?> ShowAsync(Guid? edited, FormState form, CancellationToken cancellationToken)
    {
        var pharmacies = await db.Pharmacies.AsNoTracking().OrderByDescending(p => p.Listed).ThenBy(p => p.Name).ToListAsync(cancellationToken);
        var one = edited is { } id ? pharmacies.Find(p => p.Id == id) : null;
        return edited is not null && one is null ? null : new PharmacyList(pharmacies, one, user.Is(Roles.ClinicDoctor, Roles.ClinicStaff), form);
    }

    public async Task<Result<Guid>> AddAsync(PharmacyDetails details, CancellationToken cancellationToken)
    {
        if (details.Problems().ToList() is { Count: > 0 } problems)
        {
            return Result<Guid>.Refused(problems);
        }
        var pharmacy = Pharmacy.Add(user.TenantId!.Value, details, user.Name, clock.GetUtcNow());
        db.Pharmacies.Add(pharmacy);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(pharmacy.TenantId, "pharmacy", pharmacy.Id);
        return pharmacy.Id;
    }

    public async Task<Result<Guid>> EditAsync(Guid id, uint? version, PharmacyDetails details, bool listed, CancellationToken cancellationToken)
    {
        if (await db.Pharmacies.SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } pharmacy)
        {
            return Error.NotFound("pharmacy.not-found");
        }
        if (version != pharmacy.Version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        if (details.Problems().ToList() is { Count: > 0 } problems)
        {
            return Result<Guid>.Refused(problems);
        }
        pharmacy.Write(details, listed, user.Name, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(pharmacy.TenantId, "pharmacy", id);
        return id;
    }
}
