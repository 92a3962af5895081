using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Roster.Contracts;

/// <summary>Who is on the rota.</summary>
public interface IDutyPeople
{
    /// <summary>Doctors and drivers of the shifts that end after that instant, in the tenants of the caller's scope; once for each role.</summary>
    Task<IReadOnlyList<DutyPerson>> EndingAfterAsync(DateTimeOffset since, CancellationToken ct);
}

public sealed record DutyPerson(TenantId Tenant, AccountId Id, string Name, DutyRole Role);
