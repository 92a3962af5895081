using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.NightDesk.Domain;

/// <summary>案件: one request for help, from the call to the report that was read.</summary>
public sealed class Case : ISealedRow
{
    private readonly List<CaseEvent> events = [];

    private Case()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    /// <summary>Said aloud: SG-261122-042.</summary>
    public string Number { get; private set; } = "";

    /// <summary>The night it belongs to bears the date it began.</summary>
    public DateOnly Night { get; private set; }

    public CaseStatus Status { get; private set; }

    public Channel Channel { get; private set; }

    public DateTimeOffset ReceivedAt { get; private set; }

    public Guid OpenedById { get; private set; }

    public string OpenedByName { get; private set; } = "";

    public CallerKind CallerKind { get; private set; }

    /// <summary>What was said and decided, and where to go.</summary>
    public Sealed<CaseTold> SealedTold { get; private set; } = null!;

    public CaseTold Told => SealedTold.Value;

    public string? CallerName => Told.CallerName;

    public string? CallerPhone => Told.CallerPhone;

    public string? Complaint => Told.Complaint;

    public string? ComplaintCode => Told.ComplaintCode;

    public Guid? PatientId { get; private set; }

    public string? PatientName { get; private set; }

    public string? PatientKana { get; private set; }

    public DateOnly? PatientBirthDate { get; private set; }

    public string? PatientSex { get; private set; }

    public string? PatientPhone { get; private set; }

    public string? PatientAddress => Told.Address;

    public double? Latitude => Told.Latitude;

    public double? Longitude => Told.Longitude;

    public Guid? PrimaryClinicId { get; private set; }

    public string? PrimaryClinicName { get; private set; }

    public Guid? SecondaryClinicId { get; private set; }

    public string? SecondaryClinicName { get; private set; }

    public Guid? FacilityId { get; private set; }

    public string? FacilityName { get; private set; }

    /// <summary>The primary clinic held a subscription when the call came.</summary>
    public bool Covered { get; private set; }

    public TriageLevel? Level { get; private set; }

    public string? LevelReason => Told.LevelReason;

    public DateTimeOffset? TriagedAt { get; private set; }

    public string? TriagedByName { get; private set; }

    /// <summary>An expected death at home: another target time, and no ambulance.</summary>
    public bool ExpectedDeath => Told.ExpectedDeath;

    public OutcomeKind? Outcome { get; private set; }

    /// <summary>For a decline the code of the association's list; otherwise free text.</summary>
    public string? OutcomeReason => Told.OutcomeReason;

    /// <summary>Who asked for what was decided: patient, family or carer, as the fee rules want it.</summary>
    public string? RequestedBy => Told.RequestedBy;

    public Guid? DecidingDoctorId { get; private set; }

    public string? DecidingDoctorName { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>Who carries the case: the last at the desk, or in the clinic, to act on it.</summary>
    public Guid? HandledById { get; private set; }

    public string? HandledByName { get; private set; }

    public uint Version { get; private set; }

    /// <summary>Grows with everything that the desk writes, not with the steps of a unit.</summary>
    public int Revision { get; private set; }

    public IReadOnlyList<CaseEvent> Events => events;

    public bool IsOpen => ClosedAt is null;

    /// <summary>Somebody else has written into the case since a form showed it.</summary>
    /// <param name="seen">The revision that the form showed; null for callers that show none.</param>
    public bool IsNewerThan(int? seen) => seen is { } shown && shown != Revision;

    public static Case Open(
        Guid tenantId, string number, DateOnly night, Channel channel, Caller caller, CasePatient patient, bool covered,
        string? complaint, string? complaintCode, CurrentUser actor, DateTimeOffset now)
    {
        var opened = new Case
        {
            TenantId = tenantId,
            Id = Guid.CreateVersion7(now),
            Number = number,
            Night = night,
            Status = CaseStatus.Received,
            Channel = channel,
            ReceivedAt = now,
            OpenedById = actor.Id,
            OpenedByName = actor.Name,
            CallerKind = caller.Kind,
            SealedTold = new CaseTold { CallerName = caller.Name, CallerPhone = caller.Phone, Complaint = complaint, ComplaintCode = complaintCode },
            Covered = covered,
        };
        opened.Concern(patient);
        opened.Add(CaseEventKind.Opened, actor, now, new { channel = channel.ToString(), caller = caller.Kind.ToString() });
        return opened;
    }

    /// <summary>What is learnt while they talk: caller, complaint, and who it is about.</summary>
    public Error? Amend(Caller caller, CasePatient? patient, string? complaint, string? complaintCode, CurrentUser actor, DateTimeOffset now)
    {
        if (!IsOpen)
        {
            return Error.Conflict("case.closed");
        }
        CallerKind = caller.Kind;
        SealedTold = Told with { CallerName = caller.Name, CallerPhone = caller.Phone, Complaint = complaint, ComplaintCode = complaintCode };
        if (patient is not null)
        {
            Concern(patient);
        }
        Revision++;
        Add(CaseEventKind.CallAmended, actor, now, null);
        return null;
    }

    /// <summary>
    /// The patient turns out to be registered. What was told before stays in the timeline; a facility that asked for help goes on following the case.
    /// </summary>
    public Error? Identify(CasePatient patient, bool covered, CurrentUser actor, DateTimeOffset now)
    {
        if (!IsOpen)
        {
            return Error.Conflict("case.closed");
        }
        if (PatientId is not null)
        {
            return Error.Conflict("case.patient-known");
        }
        var told = new { name = PatientName, kana = PatientKana, birthDate = PatientBirthDate, phone = PatientPhone, address = PatientAddress };
        Concern(patient.FacilityId is null ? patient with { FacilityId = FacilityId, FacilityName = FacilityName } : patient);
        Covered = covered;
        Revision++;
        Add(CaseEventKind.PatientIdentified, actor, now, new { patient = patient.Name, told });
        return null;
    }

    /// <summary>Upwards freely; downwards only with a reason.</summary>
    public Error? Triage(TriageLevel level, string? reason, bool expectedDeath, CurrentUser actor, DateTimeOffset now)
    {
        if (!IsOpen)
        {
            return Error.Conflict("case.closed");
        }
        if (Status > CaseStatus.DispatchRequested)
        {
            return Error.Conflict("case.triage-too-late");
        }
        var lowered = Level is { } before && level > before;
        if (lowered && string.IsNullOrWhiteSpace(reason))
        {
            return Error.OnField("reason", "case.lowering-needs-reason");
        }
        var earlier = Level;
        Level = level;
        SealedTold = Told with { LevelReason = reason, ExpectedDeath = expectedDeath };
        (TriagedAt, TriagedByName) = (now, actor.Name);
        Revision++;
        if (Status == CaseStatus.Received)
        {
            Status = CaseStatus.Triaged;
        }
        Add(CaseEventKind.Triaged, actor, now, new { level = level.ToString(), reason, earlier = earlier?.ToString(), expectedDeath });
        return null;
    }

    /// <summary>The doctor's decision: who asked, which doctor decided, when.</summary>
    public Error? Decide(OutcomeKind outcome, string? reason, string requestedBy, Guid? doctorId, string doctorName, CurrentUser actor, DateTimeOffset now)
    {
        if (!IsOpen)
        {
            return Error.Conflict("case.closed");
        }
        if (Status >= CaseStatus.Accepted)
        {
            return Error.Conflict("case.decision-too-late");
        }
        if (Level is null)
        {
            return Error.Conflict("case.not-triaged");
        }
        Outcome = outcome;
        SealedTold = Told with { OutcomeReason = reason, RequestedBy = requestedBy };
        (DecidingDoctorId, DecidingDoctorName, DecidedAt) = (doctorId, doctorName, now);
        Revision++;
        Add(CaseEventKind.OutcomeDecided, actor, now, new { outcome = outcome.ToString(), reason, requestedBy, doctor = doctorName });
        switch (outcome)
        {
            case OutcomeKind.HomeVisit:
                Status = CaseStatus.DispatchRequested;
                break;
            case OutcomeKind.PhoneAdvice:
                Close(CaseStatus.Advised, actor, now);
                break;
            case OutcomeKind.VideoVisit:
                Status = CaseStatus.VideoVisit;
                break;
            case OutcomeKind.NextDay:
                Close(CaseStatus.NextDay, actor, now);
                break;
            case OutcomeKind.Ambulance:
                Close(CaseStatus.Ambulance, actor, now);
                break;
            case OutcomeKind.Declined:
                Close(CaseStatus.Declined, actor, now);
                break;
        }
        return null;
    }

    public Error? MarkReported(ReportNews news, CurrentUser actor, DateTimeOffset now)
    {
        if (Status is CaseStatus.Reported or CaseStatus.Acknowledged)
        {
            return null;
        }
        if (news.Unit is null && Status is CaseStatus.Accepted or CaseStatus.EnRoute or CaseStatus.OnSite or CaseStatus.ReportDue)
        {
            // After the video consultation somebody went as well: that visit's report is still to come.
            return null;
        }
        if (news.Unit is not null && Status != CaseStatus.ReportDue)
        {
            return Error.Conflict("case.no-visit-to-report");
        }
        Status = CaseStatus.Reported;
        ClosedAt ??= now;
        Add(CaseEventKind.Reported, actor, now, new { unit = news.Unit, doctor = news.Doctor, report = news.Report });
        return null;
    }

    /// <summary>What has become of the consultation by video: the case is over, or waits for another decision because nobody was seen.</summary>
    public Error? EndVideo(bool seen, CurrentUser actor, DateTimeOffset now)
    {
        if (Status != CaseStatus.VideoVisit)
        {
            return null;
        }
        if (seen)
        {
            Close(CaseStatus.SeenByVideo, actor, now);
            return null;
        }
        (Status, Outcome) = (CaseStatus.Triaged, null);
        Revision++;
        Add(CaseEventKind.VideoFailed, actor, now, null);
        return null;
    }

    public Error? MarkAcknowledged(ReadNews news, CurrentUser actor, DateTimeOffset now)
    {
        if (Status == CaseStatus.Acknowledged)
        {
            return null;
        }
        if (Status != CaseStatus.Reported)
        {
            return Error.Conflict("case.not-reported");
        }
        Status = CaseStatus.Acknowledged;
        Add(CaseEventKind.Acknowledged, actor, now, new { clinic = news.Clinic, report = news.Report });
        return null;
    }

    /// <summary>Follows the unit: called by <see cref="Dispatch"/> with each step of its own.</summary>
    internal void Follow(CaseStatus status, CaseEventKind kind, CurrentUser actor, DateTimeOffset now, object? details)
    {
        Status = status;
        Add(kind, actor, now, details);
    }

    private void Close(CaseStatus status, CurrentUser actor, DateTimeOffset now)
    {
        Status = status;
        ClosedAt = now;
        Add(CaseEventKind.Closed, actor, now, new { status = status.ToString() });
    }

    private void Concern(CasePatient patient)
    {
        (PatientId, PatientName, PatientKana, PatientBirthDate, PatientSex) = (patient.Id, patient.Name, patient.Kana, patient.BirthDate, patient.Sex);
        PatientPhone = patient.Phone;
        SealedTold = Told with { Address = patient.Address, Latitude = patient.Latitude, Longitude = patient.Longitude };
        (PrimaryClinicId, PrimaryClinicName) = (patient.PrimaryClinicId, patient.PrimaryClinicName);
        (SecondaryClinicId, SecondaryClinicName) = (patient.SecondaryClinicId, patient.SecondaryClinicName);
        (FacilityId, FacilityName) = (patient.FacilityId, patient.FacilityName);
    }

    private void Add(CaseEventKind kind, CurrentUser actor, DateTimeOffset now, object? details)
    {
        events.Add(new CaseEvent(this, kind, actor, now, events.Count(told => told.At == now), details));
        // Whoever confirms the report of a closed case does not carry it.
        if (IsOpen && actor.Is(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff))
        {
            (HandledById, HandledByName) = (actor.Id, actor.Name);
        }
    }
}
