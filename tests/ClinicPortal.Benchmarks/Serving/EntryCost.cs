using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>One patient read, with its entry on the access log and, as the floor, without: the same middleware, rights, query and answer.</summary>
internal static class EntryCost
{
    public static string Recorded(Guid patient) => $"/api/v1/benchmark/recorded/{patient}";

    public static string Unrecorded(Guid patient) => $"/api/v1/benchmark/unrecorded/{patient}";

    public static void MapEntryCost(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/benchmark/recorded/{id:guid}", ReadAsync).RequireRoles(Roles.DeskOperator);
        app.MapGet("/api/v1/benchmark/unrecorded/{id:guid}", async (
            Guid id, IPatients patients, AuditTrail audit, PortalSession session, CancellationToken cancellationToken) =>
        {
            var answer = await ReadAsync(id, patients, audit, cancellationToken);
            session.Abandon();
            return answer;
        }).RequireRoles(Roles.DeskOperator);
    }

    private static async Task<IResult> ReadAsync(Guid id, IPatients patients, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (await patients.FindAsync(new PatientId(id), cancellationToken) is not { } found)
        {
            return Results.NotFound();
        }
        audit.Opened(found.TenantId, RecordKinds.Patient, id);
        return Results.Ok(found);
    }
}
