using System.Linq.Expressions;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Coverage;

internal sealed class Cover(CoverageDbContext db, PortalSession session, TenantScope scope) : ICover
{
    private static readonly Expression<Func<CoverSubscription, CoverInfo>> Info = s =>
        new CoverInfo(s.TenantId, new ClinicId(s.ClinicId), s.Plan, s.StartsOn, s.EndsOn, s.PatientsCovered);

    // Asked for every call that comes in, and by hand: EF takes longer to prepare and to read it than the database to answer.
    private const string OfClinic = """
        SELECT tenant_id, plan, starts_on, ends_on, patients_covered FROM coverage.cover_subscription
        WHERE tenant_id = ANY ($1) AND clinic_id = $2 AND starts_on <= $3 AND (ends_on IS NULL OR $3 <= ends_on) AND (paused_from IS NULL OR $3 < paused_from)
        """;

    public async Task<CoverInfo?> ForClinicAsync(ClinicId id, DateOnly night, CancellationToken cancellationToken)
    {
        var query = new NpgsqlBatchCommand(OfClinic)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. scope.Tenants] },
                new NpgsqlParameter<Guid> { TypedValue = id.Value },
                new NpgsqlParameter<DateOnly> { TypedValue = night },
            },
        };
        await using var reader = await session.ReadAsync(query, cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new CoverInfo(
                reader.GetGuid(0), id, reader.GetString(1), reader.GetFieldValue<DateOnly>(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3), reader.GetInt32(4))
            : null;
    }

    public async Task<IReadOnlyList<CoverInfo>> ListAsync(DateOnly night, CancellationToken cancellationToken) =>
        await On(night).Select(Info).ToListAsync(cancellationToken);

    private IQueryable<CoverSubscription> On(DateOnly night) =>
        db.Subscriptions.Where(s => s.StartsOn <= night && (s.EndsOn == null || night <= s.EndsOn) && (s.PausedFrom == null || night < s.PausedFrom));
}
