using System.Linq.Expressions;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>What this module does for others.</summary>
public sealed class CasesForOthers(NightDeskContext db, CurrentUser user, CaseAccess access, CaseNews news, TimeProvider clock) : ICases
{
    private static readonly Expression<Func<Case, BillableCall>> AsCall =
        c => new BillableCall(new CaseId(c.Id), c.Number, c.Night, c.ReceivedAt, c.PrimaryClinicId!.Value, c.PrimaryClinicName ?? "", c.Covered);

    public async Task<VisitCase?> ForVisitAsync(CaseId id, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id.Value, cancellationToken) is not { } c)
        {
            return null;
        }
        var went = await db.Dispatches
            .Where(d => d.TenantId == c.TenantId && d.CaseId == c.Id
                && (d.State == DispatchState.Accepted || d.State == DispatchState.Departed || d.State == DispatchState.Arrived || d.State == DispatchState.Completed))
            .OrderByDescending(d => d.OfferedAt)
            .FirstOrDefaultAsync(cancellationToken);
        return new VisitCase(
            c.TenantId, new CaseId(c.Id), c.Number, c.Night, c.ReceivedAt, c.Complaint,
            c.PatientId, c.PatientName, c.PatientKana, c.PatientBirthDate, c.PatientSex, c.PatientAddress,
            c.PrimaryClinicId, c.PrimaryClinicName, c.SecondaryClinicId, c.FacilityId, c.Covered,
            c.RequestedBy, c.DecidingDoctorId, c.DecidingDoctorName, c.DecidedAt,
            went is null ? null : new VisitDispatch(
                went.Id, went.DoctorId, went.DoctorName, went.DriverId, went.DriverName, went.UnitName, went.EmployerName, went.EmployerCode,
                went.PerformsAs, went.PartnerName, went.PartnerCode, went.DepartedAt, went.ArrivedAt, went.CompletedAt),
            went is not null && user.Role == Roles.NightDoctor && went.DoctorId == user.Id);
    }

    public async Task<CaseForVideo?> ForVideoAsync(CaseId id, CancellationToken cancellationToken) =>
        access.MayCarry && await access.FindAsync(id.Value, cancellationToken) is { } c
            ? new CaseForVideo(c.TenantId, id, c.Number, c.PatientId, c.CallerPhone, c.Complaint, c.IsOpen) : null;

    public async Task<Result<CaseId>> DecideVideoAsync(CaseId id, Guid doctorId, string doctorName, CancellationToken cancellationToken)
    {
        if (!access.MayCarry || await access.FindAsync(id.Value, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        var requestedBy = found.CallerName ?? found.CallerKind.ToString();
        if (found.Decide(OutcomeKind.VideoVisit, null, requestedBy, doctorId, doctorName, user, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        news.Changed(found);
        return id;
    }

    public Task<Result<CaseId>> EndVideoAsync(CaseId id, bool seen, CancellationToken cancellationToken) =>
        MarkAsync(id, (c, now) => c.EndVideo(seen, user, now), cancellationToken);

    public async Task<IReadOnlyList<CaseId>> OfTonightAsync(CancellationToken cancellationToken) =>
        await access.Jobs().Select(d => new CaseId(d.CaseId)).Distinct().ToListAsync(cancellationToken);

    public async Task<IReadOnlyList<BillableCall>> CallsAsync(DateOnly from, DateOnly until, Guid? clinic, CancellationToken cancellationToken) =>
        await db.Cases.AsNoTracking()
            .Where(c => from <= c.Night && c.Night <= until && c.PrimaryClinicId != null && (clinic == null || c.PrimaryClinicId == clinic))
            .OrderBy(c => c.ReceivedAt)
            .Select(AsCall)
            .ToListAsync(cancellationToken);

    public Task<BillableCall?> CallAsync(CaseId id, CancellationToken cancellationToken) =>
        db.Cases.AsNoTracking().Where(c => c.Id == id.Value && c.PrimaryClinicId != null).Select(AsCall).SingleOrDefaultAsync(cancellationToken);

    public async Task<IReadOnlyDictionary<Guid, DispatchCrew>> CrewsAsync(IReadOnlyCollection<Guid> dispatches, CancellationToken cancellationToken) =>
        await db.Dispatches.AsNoTracking()
            .Where(d => dispatches.Contains(d.Id))
            .Select(d => new { d.Id, Crew = new DispatchCrew(new ShiftId(d.ShiftId), d.DriverId == null ? null : new AccountId(d.DriverId.Value)) })
            .ToDictionaryAsync(d => d.Id, d => d.Crew, cancellationToken);

    public Task<Result<CaseId>> MarkReportedAsync(CaseId id, ReportNews news, Actor reporter, CancellationToken cancellationToken) =>
        MarkAsync(id, (c, now) => c.MarkReported(news, As(reporter), now), cancellationToken);

    public Task<Result<CaseId>> MarkAcknowledgedAsync(CaseId id, ReadNews news, Actor reader, CancellationToken cancellationToken) =>
        MarkAsync(id, (c, now) => c.MarkAcknowledged(news, As(reader), now), cancellationToken);

    private CurrentUser As(Actor person) => user with { Id = person.Id, Name = person.Name, Role = person.Role };

    private async Task<Result<CaseId>> MarkAsync(CaseId id, Func<Case, DateTimeOffset, Error?> mark, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id.Value, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        if (mark(found, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        news.Changed(found);
        return id;
    }
}
