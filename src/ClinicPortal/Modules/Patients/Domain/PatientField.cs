namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>Names of what is written of a patient, as the form posts them and refusals name them. What stands before the first dot belongs together.</summary>
internal static class PatientField
{
    public const string ChartNumber = "chartNumber";
    public const string FamilyName = "familyName";
    public const string GivenName = "givenName";
    public const string FamilyKana = "familyKana";
    public const string GivenKana = "givenKana";
    public const string BirthDate = "birthDate";
    public const string Sex = "sex";
    public const string Phone = "phone";
    public const string Mobile = "mobile";
    public const string Address = "address";
    public const string SecondaryClinic = "secondaryClinic";
    public const string Facility = "facility";
    public const string Room = "room";
    public const string Diagnoses = "diagnoses";
    public const string Medicines = "medicines";
    public const string AsNeededMedicines = "asNeededMedicines";
    public const string Narcotics = "narcotics";
    public const string Allergies = "allergies";
    public const string Devices = "devices";
    public const string Dnar = "dnar";
    public const string AcpDate = "acp.date";
    public const string AcpSigner = "acp.signer";
    public const string Wishes = "acp.wishes";
    public const string KeyPersons = "keyPersons";
    public const string Entry = "entry";
    public const string Parking = "parking";
    public const string Pets = "pets";
    public const string Infection = "infection";
    public const string CareLevel = "careLevel";
    public const string Insurance = "insurance";
    public const string Burden = "burden";
    public const string PublicExpense = "publicExpense";
    public const string CareManager = "careManager.name";
    public const string CareManagerPhone = "careManager.phone";
    public const string HomeNursing = "homeNursing.name";
    public const string HomeNursingPhone = "homeNursing.phone";
    public const string BackupHospital = "backupHospital";
    public const string LastScheduledVisit = "lastScheduledVisit";
    public const string StandingInstructions = "standingInstructions";

    /// <summary>Parts of a row of <see cref="Devices"/>.</summary>
    public static IReadOnlyList<string> DeviceParts { get; } = ["name", "size", "changed"];

    /// <summary>Parts of a row of <see cref="KeyPersons"/>.</summary>
    public static IReadOnlyList<string> PersonParts { get; } = ["name", "relation", "phone"];

    public static IReadOnlySet<string> Groups { get; } = new HashSet<string>(new[]
    {
        ChartNumber, FamilyName, GivenName, FamilyKana, GivenKana, BirthDate, Sex, Phone, Mobile, Address, SecondaryClinic, Facility, Room,
        Diagnoses, Medicines, AsNeededMedicines, Narcotics, Allergies, Devices, Dnar, AcpDate, KeyPersons, Entry, Parking, Pets, Infection,
        CareLevel, Insurance, Burden, PublicExpense, CareManager, HomeNursing, BackupHospital, LastScheduledVisit, StandingInstructions,
    }.Select(Group), StringComparer.Ordinal);

    /// <summary>What is changed and compared as a whole: a contact is a name with its number, not one of either.</summary>
    public static string Group(string field) => field.Split('.')[0];

    /// <summary>One part of a numbered row: <c>keyPersons.0.phone</c>.</summary>
    public static string Row(string group, int row, string part) => FormattableString.Invariant($"{group}.{row}.{part}");
}
