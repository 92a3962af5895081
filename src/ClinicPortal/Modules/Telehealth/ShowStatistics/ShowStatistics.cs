using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ShowStatistics;

public sealed record CallLine(DateTimeOffset BeganAt, ParticipantRole Role, int? FirstFrameMs, int? RoundTripMs, int? LossPermille, CandidateKind? Candidate, TransportKind? Protocol, int Reconnects);

/// <param name="Typical">Half of the calls had a picture sooner.</param>
/// <param name="Slow">One call in ten had it later.</param>
public sealed record CallFiguresShown(IReadOnlyList<CallLine> Calls, int? Typical, int? Slow, int Relayed, TenantInfo Tenant);

/// <summary>
/// For support: how well the last weeks' calls came across. Figures only, no patient, no doctor, no appointment, nothing that was said; so the
/// secretariat, which sees no charts, may read them of its own association.
/// </summary>
public sealed class ShowStatistics(TelehealthContext db, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    private const int MostCalls = 200;
    private static readonly TimeSpan Weeks = TimeSpan.FromDays(28);

    public async Task<CallFiguresShown> HandleAsync(CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - Weeks;
        var calls = await (
            from call in db.CallStatistics.AsNoTracking()
            join person in db.Participants on new { call.TenantId, Id = call.ParticipantId } equals new { person.TenantId, person.Id }
            where call.ReportedAt > since
            orderby call.BeganAt descending
            select new CallLine(call.BeganAt, person.Role, call.FirstFrameMs, call.RoundTripMs, call.LossPermille, call.Candidate, call.Protocol, call.Reconnects))
            .Take(MostCalls).ToListAsync(cancellationToken);
        var frames = calls.Select(c => c.FirstFrameMs).OfType<int>().Order().ToList();
        return new CallFiguresShown(
            calls, At(frames, 0.5), At(frames, 0.9), calls.Count(c => c.Candidate == CandidateKind.Relay),
            tenants.ById(user.TenantId ?? throw new InvalidOperationException("A secretariat belongs to an association."))!);
    }

    private static int? At(List<int> sorted, double share) => sorted.Count == 0 ? null : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
