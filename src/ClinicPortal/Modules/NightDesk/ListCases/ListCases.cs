using System.ComponentModel;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.ListCases;

/// <summary>One line of a list of cases: no complaint and no reasons, which are in the case itself.</summary>
/// <param name="Association">Identifier of the association.</param>
/// <param name="PatientId">Null when the patient is not registered.</param>
public sealed record CaseLine(
    Guid Id, string Number, string Association, CaseStatus Status, DateOnly Night, DateTimeOffset ReceivedAt, TriageLevel? Level,
    OutcomeKind? Outcome, Guid? PatientId, string? PatientName, string? PatientKana, string? PrimaryClinic, DateTimeOffset? ClosedAt);

/// <param name="Open">Only open or only closed cases; both when null.</param>
public sealed record ListCasesInput(bool? Open, DateOnly? Night);

/// <summary>The cases that the caller may see, the newest first. The list is on the access log.</summary>
public sealed class ListCasesHandler(CaseAccess access, AuditTrail audit, ITenantResolver tenants)
{
    public const int Limit = 200;

    public async Task<IReadOnlyList<CaseLine>> HandleAsync(ListCasesInput input, CancellationToken cancellationToken)
    {
        var cases = access.Visible();
        if (input.Open is { } open)
        {
            cases = cases.Where(c => c.ClosedAt == null == open);
        }
        if (input.Night is { } night)
        {
            cases = cases.Where(c => c.Night == night);
        }
        var found = await cases.AsNoTracking().OrderByDescending(c => c.ReceivedAt).Take(Limit).ToListAsync(cancellationToken);
        audit.Listed("case", found.Select(c => (c.TenantId, c.Id)));
        return found.ConvertAll(c => new CaseLine(
            c.Id, c.Number, tenants.ById(c.TenantId)!.Identifier, c.Status, c.Night, c.ReceivedAt, c.Level,
            c.Outcome, c.PatientId, c.PatientName, c.PatientKana, c.PrimaryClinicName, c.ClosedAt));
    }
}

internal static class ListCasesApi
{
    public static void MapListCases(this RouteGroupBuilder api) =>
        api.MapGet("/cases", (
                [Description("true: only open cases; false: only closed ones.")] bool? open,
                [Description("Only cases of the night that began on this date.")] DateOnly? night,
                ListCasesHandler list, CancellationToken cancellationToken) =>
                list.HandleAsync(new ListCasesInput(open, night), cancellationToken))
            .RequireRoles([.. CaseAccess.Readers])
            .WithName("ListCases").WithTags("Cases")
            .WithSummary("The cases that the caller may see, the newest first")
            .WithDescription("At most 200.")
            .Produces<IReadOnlyList<CaseLine>>();
}
