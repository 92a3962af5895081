namespace ClinicPortal.Modules.NightDesk.Domain;

/// <summary>What a case has been told of the patient, in words, and where to go: the part of it that is encrypted.</summary>
public sealed record CaseTold
{
    public string? CallerName { get; init; }

    public string? CallerPhone { get; init; }

    public string? Complaint { get; init; }

    public string? ComplaintCode { get; init; }

    public string? Address { get; init; }

    public double? Latitude { get; init; }

    public double? Longitude { get; init; }

    public string? LevelReason { get; init; }

    /// <summary>An expected death at home: another target time, and no ambulance.</summary>
    public bool ExpectedDeath { get; init; }

    /// <summary>For a decline the code of the association's list; otherwise free text.</summary>
    public string? OutcomeReason { get; init; }

    /// <summary>Who asked for what was decided: patient, family or carer, as the fee rules want it.</summary>
    public string? RequestedBy { get; init; }
}
