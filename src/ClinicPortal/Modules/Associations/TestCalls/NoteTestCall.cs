using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.TestCalls;

public sealed record TestCallRow(
    Guid Id, string Association, string ClinicName, string Phone, DateTimeOffset RequestedAt, string RequestedByName, bool? Answered, DateTimeOffset? CalledAt,
    string? CalledByName, TimeZoneInfo Zone);

/// <param name="Waiting">Clinics to call, the oldest request first.</param>
/// <param name="Called">The latest calls.</param>
public sealed record TestCallsModel(IReadOnlyList<TestCallRow> Waiting, IReadOnlyList<TestCallRow> Called, FormState Form);

/// <summary>Who makes test calls: the desk that takes the association's calls, and where it has none, the secretariat.</summary>
internal static class TestCaller
{
    public static bool MayCall(this CurrentUser user, TenantInfo tenant) =>
        user.Is(Roles.DeskOperator) || (user.Is(Roles.Secretariat) && tenant.Settings.Desk is null);
}

/// <summary>テスト受電: which clinics wait for their call.</summary>
public sealed class ListTestCalls(AssociationsDbContext db, CurrentUser user, ITenantResolver tenants)
{
    private const int Latest = 20;

    public async Task<TestCallsModel> HandleAsync(FormState form, CancellationToken cancellationToken)
    {
        var mine = tenants.Tenants.Where(user.MayCall).ToDictionary(t => t.Id);
        var ids = mine.Keys.ToList();
        var calls =
            from call in db.TestCalls.AsNoTracking()
            join clinic in db.Clinics.AsNoTracking() on new { call.TenantId, Id = call.ClinicId } equals new { clinic.TenantId, clinic.Id }
            where ids.Contains(call.TenantId)
            select new { Call = call, clinic.Name, clinic.Phone };
        var waiting = await calls.Where(c => c.Call.CalledAt == null).OrderBy(c => c.Call.RequestedAt).ToListAsync(cancellationToken);
        var called = await calls.Where(c => c.Call.CalledAt != null).OrderByDescending(c => c.Call.CalledAt).Take(Latest).ToListAsync(cancellationToken);
        return new TestCallsModel([.. waiting.Select(c => Row(c.Call, c.Name, c.Phone))], [.. called.Select(c => Row(c.Call, c.Name, c.Call.Phone ?? c.Phone))], form);

        TestCallRow Row(Domain.TestCall call, string name, string phone) => new(
            call.Id, mine[call.TenantId].Settings.ShortName.ToString(), name, phone, call.RequestedAt, call.RequestedByName, call.Answered, call.CalledAt,
            call.CalledByName, mine[call.TenantId].Zone);
    }
}

/// <summary>The caller says whether somebody of the clinic answered.</summary>
public sealed class NoteTestCall(AssociationsDbContext db, CurrentUser user, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, bool? answered, CancellationToken cancellationToken)
    {
        if (await db.TestCalls.SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } call || !user.MayCall(tenants.ById(call.TenantId)!))
        {
            return Error.NotFound("not-found");
        }
        if (answered is not { } outcome)
        {
            return new Error("required");
        }
        var phone = await db.Clinics.Where(c => c.Id == call.ClinicId).Select(c => c.Phone).SingleAsync(cancellationToken);
        if (!call.NoteCall(phone, outcome, user, clock.GetUtcNow()))
        {
            return Error.Conflict("test-call.called-already");
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(call.TenantId, "test-call", id);
        return id;
    }
}
