using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.NightDesk.Domain;

/// <summary>出動: a unit asked to go to a case. Moves forward only; the case follows each step.</summary>
public sealed class Dispatch : ISealedRow
{
    private Dispatch()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid CaseId { get; private set; }

    public Guid ShiftId { get; private set; }

    public Guid UnitId { get; private set; }

    public string UnitName { get; private set; } = "";

    public string? UnitPhone { get; private set; }

    public Guid DoctorId { get; private set; }

    public string DoctorName { get; private set; } = "";

    public Guid? DriverId { get; private set; }

    public string? DriverName { get; private set; }

    /// <summary>The institution that employs the doctor for this shift.</summary>
    public string EmployerName { get; private set; } = "";

    public string EmployerCode { get; private set; } = "";

    public PerformsAs PerformsAs { get; private set; }

    public string? PartnerName { get; private set; }

    public string? PartnerCode { get; private set; }

    public DispatchState State { get; private set; }

    /// <summary>Straight line from the unit to the door.</summary>
    public int? DistanceMetres { get; private set; }

    public int? MinutesToDoor { get; private set; }

    public DateTimeOffset OfferedAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    public Sealed<string>? SealedDeclineReason { get; private set; }

    public string? DeclineReason => SealedDeclineReason?.Value;

    public DateTimeOffset? DepartedAt { get; private set; }

    public DateTimeOffset? ArrivedAt { get; private set; }

    public DateTimeOffset? CompletedAt { get; private set; }

    public uint Version { get; private set; }

    public bool IsActive => State is DispatchState.Offered or DispatchState.Accepted or DispatchState.Departed or DispatchState.Arrived;

    public static Result<Dispatch> Offer(Case to, UnitOnDuty unit, int? distanceMetres, int? minutesToDoor, CurrentUser actor, DateTimeOffset now)
    {
        if (!to.IsOpen)
        {
            return Error.Conflict("case.closed");
        }
        if (to.Status is CaseStatus.Accepted or CaseStatus.EnRoute or CaseStatus.OnSite)
        {
            return Error.Conflict("dispatch.already-assigned");
        }
        if (to.Status != CaseStatus.DispatchRequested)
        {
            return Error.Conflict("dispatch.no-visit-decided");
        }
        to.Follow(CaseStatus.DispatchRequested, CaseEventKind.UnitOffered, actor, now, new { unit = unit.UnitName, doctor = unit.DoctorName, minutesToDoor });
        return new Dispatch
        {
            TenantId = to.TenantId,
            Id = Guid.CreateVersion7(now),
            CaseId = to.Id,
            ShiftId = unit.ShiftId.Value,
            UnitId = unit.UnitId,
            UnitName = unit.UnitName,
            UnitPhone = unit.UnitPhone,
            DoctorId = unit.DoctorId.Value,
            DoctorName = unit.DoctorName,
            DriverId = unit.DriverId?.Value,
            DriverName = unit.DriverName,
            EmployerName = unit.EmployerName,
            EmployerCode = unit.EmployerCode,
            PerformsAs = unit.PerformsAs,
            PartnerName = unit.PartnerName,
            PartnerCode = unit.PartnerCode,
            State = DispatchState.Offered,
            DistanceMetres = distanceMetres,
            MinutesToDoor = minutesToDoor,
            OfferedAt = now,
        };
    }

    public Error? Accept(Case to, CurrentUser actor, DateTimeOffset now)
    {
        if (State != DispatchState.Offered)
        {
            return Error.Conflict("dispatch.already-answered");
        }
        (State, AnsweredAt) = (DispatchState.Accepted, now);
        to.Follow(CaseStatus.Accepted, CaseEventKind.UnitAccepted, actor, now, new { unit = UnitName });
        return null;
    }

    public Error? Decline(Case to, string? reason, CurrentUser actor, DateTimeOffset now)
    {
        if (State != DispatchState.Offered)
        {
            return Error.Conflict("dispatch.already-answered");
        }
        if (string.IsNullOrWhiteSpace(reason))
        {
            return Error.OnField("reason", "dispatch.decline-needs-reason");
        }
        (State, AnsweredAt, SealedDeclineReason) = (DispatchState.Declined, now, reason);
        to.Follow(CaseStatus.DispatchRequested, CaseEventKind.UnitDeclined, actor, now, new { unit = UnitName, reason });
        return null;
    }

    /// <summary>The desk takes the request back before the unit has arrived; the case waits for another unit.</summary>
    public Error? Withdraw(Case to, CurrentUser actor, DateTimeOffset now)
    {
        if (State is not (DispatchState.Offered or DispatchState.Accepted or DispatchState.Departed))
        {
            return Error.Conflict("dispatch.too-late-to-withdraw");
        }
        State = DispatchState.Withdrawn;
        to.Follow(CaseStatus.DispatchRequested, CaseEventKind.UnitWithdrawn, actor, now, new { unit = UnitName });
        return null;
    }

    public Error? Depart(Case to, CurrentUser actor, DateTimeOffset now)
    {
        if (State != DispatchState.Accepted)
        {
            return Error.Conflict("dispatch.not-accepted");
        }
        (State, DepartedAt) = (DispatchState.Departed, now);
        to.Follow(CaseStatus.EnRoute, CaseEventKind.UnitDeparted, actor, now, new { unit = UnitName });
        return null;
    }

    public Error? Arrive(Case to, CurrentUser actor, DateTimeOffset now)
    {
        if (State != DispatchState.Departed)
        {
            return Error.Conflict("dispatch.not-departed");
        }
        (State, ArrivedAt) = (DispatchState.Arrived, now);
        to.Follow(CaseStatus.OnSite, CaseEventKind.UnitArrived, actor, now, new { unit = UnitName });
        return null;
    }

    public Error? Complete(Case to, CurrentUser actor, DateTimeOffset now)
    {
        if (State != DispatchState.Arrived)
        {
            return Error.Conflict("dispatch.not-arrived");
        }
        (State, CompletedAt) = (DispatchState.Completed, now);
        to.Follow(CaseStatus.ReportDue, CaseEventKind.VisitCompleted, actor, now, new { unit = UnitName });
        return null;
    }
}
