using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Patients.BreakGlass;

/// <param name="Refusal">Why the query was not asked.</param>
public sealed record FindOutsiderModel(bool OnDuty, string? Query, string? Refusal, IReadOnlyList<PatientHit> Hits, DateOnly Today);

/// <summary>
/// Finds the patient whose record is to be opened. The desk looks patients up anyway; a doctor must know the birth date and part of
/// the name, so that the directory cannot be leafed through.
/// </summary>
public sealed class FindOutsider(
    BreakGlassHandler glass, PatientSearch search, CurrentUser user, AuditTrail audit, Problems problems, ITenantResolver tenants, TimeProvider clock)
{
    private const int MostHits = 5;

    public async Task<FindOutsiderModel> HandleAsync(string? query, CancellationToken cancellationToken)
    {
        var zone = user.TenantId is { } own ? tenants.ById(own)!.Zone : tenants.DeskById(user.OrganisationId!.Value)!.Zone;
        var model = new FindOutsiderModel(
            await glass.IsOnDutyAsync(cancellationToken), string.IsNullOrWhiteSpace(query) ? null : query, null, [], WallClock.Of(clock.GetUtcNow(), zone).Date);
        if (!model.OnDuty || model.Query is null)
        {
            return model;
        }
        var asked = PatientQuery.Parse(query);
        if (!asked.Succeeded)
        {
            return model with { Refusal = problems.Message(asked.Errors[0]) };
        }
        if (!user.Is(Roles.DeskOperator) && (asked.Value.Criteria.Count < 2 || asked.Value.Criteria.All(c => c.BirthDate is null)))
        {
            return model with { Refusal = problems.Message(new Shared.Results.Error("break-glass.name-and-birth-date")) };
        }
        var hits = await search.FindAnybodyAsync(asked.Value, MostHits, cancellationToken);
        audit.Listed("patient", hits.Select(h => (h.TenantId, h.Id.Value)));
        return model with { Hits = hits };
    }
}
