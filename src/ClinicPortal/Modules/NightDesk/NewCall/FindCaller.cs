using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.NewCall;

/// <summary>The screen on which a call is taken down.</summary>
/// <param name="Query">What was searched; null before the first search.</param>
/// <param name="Associations">For which a caller without a registered patient may be taken down.</param>
/// <param name="MayBreakGlass">The reader may open a record that is not theirs to open, in an emergency.</param>
/// <param name="ByPhone">A call at a desk; otherwise a request through the portal, by somebody who is known.</param>
public sealed record NewCallModel(
    string? Query, IReadOnlyList<CallerHit> Hits, bool More, IReadOnlyList<TenantInfo> Associations, bool MayBreakGlass, bool ByPhone, CallerKind Caller,
    string? CallerName, string? CallerPhone)
{
    /// <summary>The number that calls is often the patient's; a facility's is never.</summary>
    public bool FindsByPhone => Caller != CallerKind.Facility;

    public bool ManyAssociations => Associations.Count > 1;
}

/// <param name="OpenCase">A case of this patient that is open already: two people may be calling about the same thing.</param>
/// <param name="Clinic">How the patient's clinic stands to its association; its patients are helped whatever it is.</param>
public sealed record CallerHit(PatientHit Patient, string Association, int Age, CaseInHand? OpenCase, MembershipState Clinic);

public sealed record CaseInHand(Guid Id, string Number);

/// <summary>Finds whom a call is about: phone digits, kana, birth date, name.</summary>
public sealed class FindCaller(
    CaseAccess access, CurrentUser user, IPatients patients, IMemberClinics clinics, ICareFacilities facilities, ITenantResolver tenants, TenantScope scope, AuditTrail audit, TimeProvider clock)
{
    private const int Shown = 20;

    public bool MayBreakGlass => user.Is(Roles.DeskOperator, Roles.ClinicDoctor);

    public async Task<NewCallModel> HandleAsync(string? query, CancellationToken cancellationToken)
    {
        var asked = string.IsNullOrWhiteSpace(query) ? null : query.Trim();
        var (hits, more) = await HitsAsync(asked, null, cancellationToken);
        return new NewCallModel(
            asked,
            hits,
            more,
            [.. scope.Tenants.Select(tenants.ById).OfType<TenantInfo>().OrderBy(t => t.Identifier, StringComparer.Ordinal)],
            MayBreakGlass,
            user.Is(Roles.DeskOperator),
            user.Role switch
            {
                Roles.FacilityStaff => CallerKind.Facility,
                Roles.DeskOperator => CallerKind.Family,
                _ => CallerKind.Clinic,
            },
            user.Is(Roles.DeskOperator) ? null : user.Name,
            user.Is(Roles.FacilityStaff) ? (await facilities.FindAsync(new FacilityId(user.OrganisationId!.Value), cancellationToken))?.Phone : null);
    }

    /// <param name="association">Whose patients; null for those of all associations in scope.</param>
    public async Task<(IReadOnlyList<CallerHit> Hits, bool More)> HitsAsync(string? query, Guid? association, CancellationToken cancellationToken)
    {
        var found = query is null ? [] : await patients.SearchAsync(query, association, Shown + 1, cancellationToken);
        var hits = found.Take(Shown).ToList();
        audit.Listed("patient", hits.Select(h => (h.TenantId, h.Id.Value)));
        var inHand = await InHandAsync(hits, cancellationToken);
        var outside = hits.Count == 0 ? new Dictionary<ClinicId, MembershipDates>() : await clinics.OutsideAsync(cancellationToken);
        var now = clock.GetUtcNow();
        return (
            hits.ConvertAll(hit =>
            {
                var tenant = tenants.ById(hit.TenantId)!;
                var (today, _) = WallClock.Of(now, tenant.Zone);
                return new CallerHit(
                    hit, tenant.Settings.ShortName.ToString(), JapaneseDates.AgeOn(hit.BirthDate, today), inHand.GetValueOrDefault(hit.Id.Value),
                    outside.GetValueOrDefault(hit.PrimaryClinicId).StateOn(today));
            }),
            found.Count > Shown);
    }

    private async Task<Dictionary<Guid, CaseInHand>> InHandAsync(IReadOnlyList<PatientHit> hits, CancellationToken cancellationToken)
    {
        if (hits.Count == 0)
        {
            return [];
        }
        var ids = hits.Select(h => h.Id.Value).ToList();
        var open = await access.Visible().AsNoTracking()
            .Where(c => c.ClosedAt == null && c.PatientId != null && ids.Contains(c.PatientId.Value))
            .OrderBy(c => c.ReceivedAt)
            .Select(c => new { PatientId = c.PatientId!.Value, c.Id, c.Number })
            .ToListAsync(cancellationToken);
        return open.GroupBy(c => c.PatientId).ToDictionary(c => c.Key, c => new CaseInHand(c.Last().Id, c.Last().Number));
    }
}
