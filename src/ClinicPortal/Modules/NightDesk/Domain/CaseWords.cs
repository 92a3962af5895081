namespace ClinicPortal.Modules.NightDesk.Domain;

/// <summary>Where a case stands.</summary>
public enum CaseStatus
{
    /// <summary>受付中: taken down, no level yet.</summary>
    Received,

    /// <summary>医師判断待ち: has a level, a doctor must decide.</summary>
    Triaged,

    /// <summary>ビデオ診療中: a doctor sees the patient by video; what comes of it may still be a visit.</summary>
    VideoVisit,

    /// <summary>出動要請中: a visit was decided, no unit has accepted.</summary>
    DispatchRequested,

    /// <summary>応需済.</summary>
    Accepted,

    /// <summary>移動中.</summary>
    EnRoute,

    /// <summary>診療中.</summary>
    OnSite,

    /// <summary>報告待ち.</summary>
    ReportDue,

    /// <summary>報告済.</summary>
    Reported,

    /// <summary>確認済: the primary clinic has read the report.</summary>
    Acknowledged,

    /// <summary>電話対応済.</summary>
    Advised,

    /// <summary>翌診療日対応.</summary>
    NextDay,

    /// <summary>救急搬送.</summary>
    Ambulance,

    /// <summary>不応需.</summary>
    Declined,

    /// <summary>ビデオ診療済.</summary>
    SeenByVideo,
}

/// <summary>How the request reached the desk.</summary>
public enum Channel
{
    Phone,
    Portal,
    Link,
}

public enum CallerKind
{
    Patient,
    Family,
    Facility,
    Clinic,
    HomeNursing,
    CareManager,
    Pharmacy,
    Hospital,

    /// <summary>Ambulance crews ask the home doctor about DNAR.</summary>
    Ambulance,
    Police,
    Other,
}

/// <summary>What the doctor decided.</summary>
public enum OutcomeKind
{
    HomeVisit,
    PhoneAdvice,

    /// <summary>Seen by video now; booked with the decision.</summary>
    VideoVisit,
    Ambulance,

    /// <summary>The primary clinic sees to it on its next day.</summary>
    NextDay,

    /// <summary>不応需, with a reason of the association's fixed list.</summary>
    Declined,
}

public enum DispatchState
{
    Offered,
    Accepted,
    Departed,
    Arrived,
    Completed,
    Declined,

    /// <summary>取り下げ: the desk took the request back.</summary>
    Withdrawn,
}

public enum CaseEventKind
{
    Opened,
    CallAmended,

    /// <summary>Who was unknown is a registered patient.</summary>
    PatientIdentified,
    Triaged,
    OutcomeDecided,

    /// <summary>Nobody came to the consultation by video, or it was cancelled: a doctor decides anew.</summary>
    VideoFailed,
    UnitOffered,
    UnitAccepted,
    UnitDeclined,
    UnitWithdrawn,
    UnitDeparted,
    UnitArrived,
    VisitCompleted,
    Reported,
    Acknowledged,
    Closed,
}
