namespace ClinicPortal.Modules.Patients.Contracts;

/// <summary>患者サマリー: what a person who does not know the patient needs on the phone and at the door.</summary>
/// <param name="Mobile">A second number of the patient's.</param>
public sealed record PatientSummary(PatientSnapshot Patient, string? ChartNumber, string? Mobile, string? Room, ChartSummary Chart);

/// <summary>The clinical and practical part of the summary, as the patient's clinic keeps it.</summary>
public sealed record ChartSummary
{
    public IReadOnlyList<string> Diagnoses { get; init; } = [];

    public IReadOnlyList<string> Medicines { get; init; } = [];

    /// <summary>頓用 at home.</summary>
    public IReadOnlyList<string> AsNeededMedicines { get; init; } = [];

    /// <summary>麻薬 at home.</summary>
    public IReadOnlyList<string> Narcotics { get; init; } = [];

    public IReadOnlyList<string> Allergies { get; init; } = [];

    public IReadOnlyList<MedicalDevice> Devices { get; init; } = [];

    /// <summary>The patient does not want resuscitation; the paper behind it is <see cref="AdvanceCarePlan"/>.</summary>
    public bool Dnar { get; init; }

    public AdvanceCarePlan? AdvanceCarePlan { get; init; }

    /// <summary>In the order to be called.</summary>
    public IReadOnlyList<KeyPerson> KeyPersons { get; init; } = [];

    /// <summary>How to get in: key box, intercom, door.</summary>
    public string? Entry { get; init; }

    public string? Parking { get; init; }

    public string? Pets { get; init; }

    public string? Infection { get; init; }

    /// <summary>要介護度.</summary>
    public string? CareLevel { get; init; }

    public string? Insurance { get; init; }

    /// <summary>負担割合: the patient's share in tenths, 0–3.</summary>
    public int? BurdenTenths { get; init; }

    /// <summary>公費 and マル障.</summary>
    public string? PublicExpense { get; init; }

    public Contact? CareManager { get; init; }

    /// <summary>訪問看護ステーション.</summary>
    public Contact? HomeNursing { get; init; }

    /// <summary>後方支援病院.</summary>
    public string? BackupHospital { get; init; }

    /// <summary>The last 訪問診療; fee rules ask for one within 60 days.</summary>
    public DateOnly? LastScheduledVisit { get; init; }

    /// <summary>What the primary physician wants done.</summary>
    public string? StandingInstructions { get; init; }
}

/// <summary>Tube, oxygen, catheter.</summary>
/// <param name="Size">As written on it, such as 16Fr.</param>
/// <param name="LastChanged">Null when nobody knows.</param>
public sealed record MedicalDevice(string Name, string? Size, DateOnly? LastChanged);

/// <summary>The document on wishes for the end of life (ACP).</summary>
public sealed record AdvanceCarePlan(DateOnly? Date, string? Signer, string? Wishes);

/// <summary>Called in the order of the list.</summary>
/// <param name="Relation">To the patient, such as 長女.</param>
public sealed record KeyPerson(string Name, string? Relation, string Phone);

/// <summary>Somebody of another organisation who looks after the patient.</summary>
public sealed record Contact(string Name, string? Phone);
