namespace ClinicPortal.Modules.Patients.Contracts;

/// <summary>患者サマリー: what a person who does not know the patient needs on the phone and at the door.</summary>
/// <param name="Mobile">A second number of the patient's.</param>
/// <param name="AsNeededMedicines">頓用 at home.</param>
/// <param name="Narcotics">麻薬 at home.</param>
/// <param name="Dnar">The patient does not want resuscitation; the paper behind it is <paramref name="AdvanceCarePlan"/>.</param>
/// <param name="KeyPersons">In the order to be called.</param>
/// <param name="Entry">How to get in: key box, intercom, door.</param>
/// <param name="CareLevel">要介護度.</param>
/// <param name="BurdenTenths">負担割合: the patient's share in tenths, 0–3.</param>
/// <param name="PublicExpense">公費 and マル障.</param>
/// <param name="LastScheduledVisit">The last 訪問診療; fee rules ask for one within 60 days.</param>
/// <param name="StandingInstructions">What the primary physician wants done.</param>
public sealed record PatientSummary(
    PatientSnapshot Patient,
    string? ChartNumber,
    string? Mobile,
    string? Room,
    IReadOnlyList<string> Diagnoses,
    IReadOnlyList<string> Medicines,
    IReadOnlyList<string> AsNeededMedicines,
    IReadOnlyList<string> Narcotics,
    IReadOnlyList<string> Allergies,
    IReadOnlyList<MedicalDevice> Devices,
    bool Dnar,
    AdvanceCarePlan? AdvanceCarePlan,
    IReadOnlyList<KeyPerson> KeyPersons,
    string? Entry,
    string? Parking,
    string? Pets,
    string? Infection,
    string? CareLevel,
    string? Insurance,
    int? BurdenTenths,
    string? PublicExpense,
    Contact? CareManager,
    Contact? HomeNursing,
    string? BackupHospital,
    DateOnly? LastScheduledVisit,
    string? StandingInstructions);

/// <summary>Tube, oxygen, catheter.</summary>
/// <param name="Size">As written on it, such as 16Fr.</param>
/// <param name="LastChanged">Null when nobody knows.</param>
public sealed record MedicalDevice(string Name, string? Size, DateOnly? LastChanged);

/// <summary>The document on wishes for the end of life (ACP).</summary>
public sealed record AdvanceCarePlan(DateOnly Date, string? Signer, string? Wishes);

/// <param name="Order">From 1: who is called first.</param>
/// <param name="Relation">To the patient, such as 長女.</param>
public sealed record KeyPerson(int Order, string Name, string? Relation, string Phone);

/// <summary>Somebody of another organisation who looks after the patient.</summary>
public sealed record Contact(string Name, string? Phone);
