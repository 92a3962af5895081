using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.ShowBoard;

/// <summary>A case with the unit that was asked or went; without an id, only a unit that is busy with a case not for the reader.</summary>
public sealed record BoardRow
{
    public Guid TenantId { get; init; }

    public Guid? Id { get; init; }

    public Guid? PatientId { get; init; }

    public string? Number { get; init; }

    public DateOnly Night { get; init; }

    public CaseStatus Status { get; init; }

    public TriageLevel? Level { get; init; }

    public Sealed<CaseTold>? SealedTold { get; init; }

    /// <summary>Null of a case that is not for the reader, and of one whose words somebody tampered with.</summary>
    public CaseTold? Told { get; init; }

    public bool ExpectedDeath => Told?.ExpectedDeath == true;

    public DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? Name { get; init; }

    public string? Kana { get; init; }

    public DateOnly? BirthDate { get; init; }

    public string? Sex { get; init; }

    public string? Address => Told?.Address;

    public string? Complaint => Told?.Complaint;

    public string? Clinic { get; init; }

    public string? Facility { get; init; }

    public string? Handler { get; init; }

    public Guid? UnitId { get; init; }

    public string? UnitName { get; init; }

    public DispatchState? UnitState { get; init; }

    public DateTimeOffset? ArrivedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }
}

/// <summary>Reads what the board shows in one round trip.</summary>
public sealed class BoardRows(NightDeskContext db, CurrentUser user, CaseAccess access, Vault vault, ILogger<BoardRows> logger)
{
    /// <param name="night">The night in progress: what was closed before it is not on the board any more.</param>
    public async Task<IReadOnlyList<BoardRow>> ReadAsync(DateOnly night, CancellationToken cancellationToken)
    {
        var rows = from c in access.Visible().AsNoTracking()
                   where c.ClosedAt == null || c.Night >= night
                   from d in db.Dispatches
                       .Where(d => d.TenantId == c.TenantId && d.CaseId == c.Id && d.State != DispatchState.Declined && d.State != DispatchState.Withdrawn)
                       .DefaultIfEmpty()
                   select new BoardRow
                   {
                       TenantId = c.TenantId,
                       Id = c.Id,
                       PatientId = c.PatientId,
                       Number = c.Number,
                       Night = c.Night,
                       Status = c.Status,
                       Level = c.Level,
                       SealedTold = c.SealedTold,
                       ReceivedAt = c.ReceivedAt,
                       DecidedAt = c.DecidedAt,
                       ClosedAt = c.ClosedAt,
                       Name = c.PatientName,
                       Kana = c.PatientKana,
                       BirthDate = c.PatientBirthDate,
                       Sex = c.PatientSex,
                       Clinic = c.PrimaryClinicName,
                       Facility = c.FacilityName,
                       Handler = c.HandledByName,
                       UnitId = d!.UnitId,
                       UnitName = d.UnitName,
                       UnitState = d.State,
                       ArrivedAt = d.ArrivedAt,
                       CompletedAt = d.CompletedAt,
                   };
        // The desk sees every case that a unit may hold; a clinic that carries its own must know that a unit is busy with another's.
        var found = await (access.MayCarry && user.Role != Roles.DeskOperator ? rows.Concat(BusyElsewhere()) : rows).ToListAsync(cancellationToken);
        return found.ConvertAll(Opened);
    }

    /// <summary>One case that was tampered with must not take the board away from all the others.</summary>
    private BoardRow Opened(BoardRow row)
    {
        if (row is not { Id: { } id, SealedTold: { } told })
        {
            return row;
        }
        try
        {
            return row with { Told = vault.Open(told, row.TenantId, id) };
        }
        catch (TamperedException tampered)
        {
            logger.LogError(tampered, "A case on the board was tampered with");
            return row;
        }
    }

    /// <summary>Columns of the same types as those of the cases, all empty but for the unit.</summary>
    private IQueryable<BoardRow> BusyElsewhere()
    {
        var mine = access.Visible();
        return from d in db.Dispatches.AsNoTracking()
               where (d.State == DispatchState.Offered || d.State == DispatchState.Accepted || d.State == DispatchState.Departed || d.State == DispatchState.Arrived)
                   && !mine.Any(c => c.TenantId == d.TenantId && c.Id == d.CaseId)
               join c in db.Cases.AsNoTracking() on new { d.TenantId, Id = d.CaseId } equals new { c.TenantId, c.Id }
               select new BoardRow
               {
                   TenantId = d.TenantId,
                   Id = null,
                   PatientId = null,
                   Number = null,
                   Night = c.Night,
                   Status = c.Status,
                   Level = null,
                   // Of the type that the cases have, and never opened: the row has no id.
                   SealedTold = c.SealedTold,
                   ReceivedAt = c.ReceivedAt,
                   DecidedAt = null,
                   ClosedAt = null,
                   Name = null,
                   Kana = null,
                   BirthDate = null,
                   Sex = null,
                   Clinic = null,
                   Facility = null,
                   Handler = null,
                   UnitId = d.UnitId,
                   UnitName = d.UnitName,
                   UnitState = d.State,
                   ArrivedAt = null,
                   CompletedAt = null,
               };
    }
}
