using System.ComponentModel;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
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

/// <param name="Next">Send as <c>after</c> for the cases that came before these; null at the end of the list.</param>
public sealed record CaseList(IReadOnlyList<CaseLine> Items, string? Next);

/// <param name="Open">Only open or only closed cases; both when null.</param>
/// <param name="After">The place in the list that an earlier answer ended at.</param>
public sealed record ListCasesInput(bool? Open, DateOnly? Night, string? After);

/// <summary>The cases that the caller may see, the newest first. The list is on the access log.</summary>
public sealed class ListCasesHandler(CaseAccess access, AuditTrail audit, ITenantResolver tenants)
{
    public const int Limit = 200;

    public async Task<Result<CaseList>> HandleAsync(ListCasesInput input, CancellationToken cancellationToken)
    {
        var place = ListCursor.End;
        if (!string.IsNullOrEmpty(input.After) && !ListCursor.TryParse(input.After, out place, out _))
        {
            return Error.OnField("after", "unreadable-value");
        }
        var cases = access.Visible();
        if (input.Open is { } open)
        {
            cases = cases.Where(c => c.ClosedAt == null == open);
        }
        if (input.Night is { } night)
        {
            cases = cases.Where(c => c.Night == night);
        }
        if (place != ListCursor.End)
        {
            cases = cases.Where(c => c.ReceivedAt < place.At || (c.ReceivedAt == place.At && c.Id < place.Id));
        }
        var found = await cases.AsNoTracking().OrderByDescending(c => c.ReceivedAt).ThenByDescending(c => c.Id).Take(Limit).ToListAsync(cancellationToken);
        audit.Listed("case", found.Select(c => (c.TenantId, c.Id, c.PatientId)));
        var lines = found.ConvertAll(c => new CaseLine(
            c.Id, c.Number, tenants.ById(c.TenantId)!.Identifier, c.Status, c.Night, c.ReceivedAt, c.Level,
            c.Outcome, c.PatientId, c.PatientName, c.PatientKana, c.PrimaryClinicName, c.ClosedAt));
        return new CaseList(lines, lines is { Count: Limit } and [.., var last] ? new ListCursor(last.ReceivedAt, last.Id).ToString() : null);
    }
}

internal static class ListCasesApi
{
    public static void MapListCases(this RouteGroupBuilder api) =>
        api.MapGet("/cases", async (
                [Description("true: only open cases; false: only closed ones.")] bool? open,
                [Description("Only cases of the night that began on this date.")] DateOnly? night,
                [Description("The next of an earlier answer: the cases that came before those.")] string? after,
                ListCasesHandler list, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await list.HandleAsync(new ListCasesInput(open, night, after), cancellationToken)))
            .RequireRoles([.. CaseAccess.Readers])
            .WithName("ListCases").WithTags("Cases")
            .WithSummary("The cases that the caller may see, the newest first")
            .WithDescription("At most 200 an answer; next leads to the older ones.")
            .Produces<CaseList>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
