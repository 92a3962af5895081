using System.ComponentModel.DataAnnotations;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Patients.SearchPatients;

/// <summary>A patient found by a search: enough to tell two people apart.</summary>
/// <param name="Association">Identifier of the association, such as <c>setagaya</c>.</param>
/// <param name="Age">Completed years today, by the association's clock.</param>
/// <param name="Town">町丁目.</param>
public sealed record PatientFound(
    Guid Id, string Association, string Name, string Kana, DateOnly BirthDate, int Age, Sex Sex, string? Phone, string Town, string PrimaryClinic, string? Facility);

/// <param name="Query">Name, kana, phone digits or birth date; all words must match.</param>
public sealed record PatientQueryRequest([property: Required] string? Query);

internal static class SearchPatientsApi
{
    public static void MapSearchPatients(this IEndpointRouteBuilder api)
    {
        Describe(api.MapGet("/patients", FindAsync)).WithName("SearchPatients")
            .WithDescription("Addresses are kept in logs on the way: callers that can should POST to /patients/search instead.");
        Describe(api.MapPost("/patients/search", (
                PatientQueryRequest request, SearchPatients search, ITenantResolver tenants, TimeProvider clock, Problems problems, CancellationToken cancellationToken) =>
            FindAsync(request.Query, search, tenants, clock, problems, cancellationToken)))
            .WithName("SearchPatientsPrivately")
            .WithDescription("As GET /patients, with what is searched for in the body, where no log keeps it. It changes nothing and needs no idempotency key.");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route) => route
        .WithTags("Patients")
        .WithSummary("Finds patients by name, kana, phone digits or birth date (1940-03-02, 昭和15年3月2日, S15.3.2). All words must match; best first, at most 20.")
        .Produces<IReadOnlyList<PatientFound>>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff);

    private static async Task<IResult> FindAsync(
        string? query, SearchPatients search, ITenantResolver tenants, TimeProvider clock, Problems problems, CancellationToken cancellationToken)
    {
        var hits = await search.HandleAsync(query, cancellationToken);
        return hits.Succeeded ? TypedResults.Ok(hits.Value.Select(h => Found(h, tenants, clock.GetUtcNow()))) : problems.ToResult(hits.Errors);
    }

    private static PatientFound Found(PatientHit hit, ITenantResolver tenants, DateTimeOffset now)
    {
        var tenant = tenants.ById(hit.TenantId)!;
        return new PatientFound(
            hit.Id.Value, tenant.Identifier, hit.Name, hit.Kana, hit.BirthDate, JapaneseDates.AgeOn(hit.BirthDate, WallClock.Of(now, tenant.Zone).Date), hit.Sex,
            hit.Phone, hit.TownName, hit.PrimaryClinicName, hit.FacilityName);
    }
}
