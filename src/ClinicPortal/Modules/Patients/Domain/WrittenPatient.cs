using System.Globalization;
using ClinicPortal.Modules.Patients.Contracts;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>
/// A patient in words, field by field: a row of a file, what somebody typed, or what is registered. <see cref="PatientReader"/> says what the
/// words mean. Lists have a line for each entry; things with parts are numbered rows.
/// </summary>
public sealed record WrittenPatient
{
    private readonly SortedDictionary<string, string> fields;

    private WrittenPatient(IEnumerable<KeyValuePair<string, string?>> written) => fields = new(
        written.Where(field => PatientField.Groups.Contains(PatientField.Group(field.Key)))
            .Select(field => (field.Key, Value: (field.Value ?? "").ReplaceLineEndings("\n").Trim()))
            .Where(field => field.Value.Length > 0)
            .ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal),
        StringComparer.Ordinal);

    public static WrittenPatient Empty { get; } = new([]);

    /// <summary>Only what is not empty.</summary>
    public IReadOnlyDictionary<string, string> Fields => fields;

    public IEnumerable<string> Groups => fields.Keys.Select(PatientField.Group).Distinct();

    public string this[string field] => fields.GetValueOrDefault(field, "");

    public static WrittenPatient From(IEnumerable<KeyValuePair<string, string?>> fields) => new(fields);

    /// <param name="names">Of all fields that were sent; those that are not a patient's are passed over.</param>
    public static WrittenPatient From(IEnumerable<string> names, Func<string, string?> read) =>
        new(names.Select(name => KeyValuePair.Create(name, read(name))));

    public static WrittenPatient Of(Patient patient) => new(Plain(patient)
        .Concat(patient.Chart.Devices.SelectMany((device, row) => Row(
            PatientField.Devices, row, PatientField.DeviceParts, device.Name, device.Size, Date(device.LastChanged))))
        .Concat(patient.Chart.KeyPersons.SelectMany((person, row) => Row(
            PatientField.KeyPersons, row, PatientField.PersonParts, person.Name, person.Relation, person.Phone))));

    public static IEnumerable<KeyValuePair<string, string?>> Row(string group, int row, IEnumerable<string> parts, params IEnumerable<string?> values) =>
        parts.Zip(values, (part, value) => KeyValuePair.Create(PatientField.Row(group, row, part), value));

    /// <summary>The numbers of the rows in which something is written, in their order.</summary>
    public IReadOnlyList<int> Rows(string group) =>
    [
        .. fields.Keys.Select(field => field.Split('.')).Where(name => name.Length == 3 && name[0] == group)
            .Select(name => int.TryParse(name[1], NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : -1)
            .Where(row => row >= 0).Distinct().Order(),
    ];

    public IReadOnlyList<KeyValuePair<string, string>> Of(string group) => [.. fields.Where(field => PatientField.Group(field.Key) == group)];

    /// <summary>What is written differently there, as groups of fields.</summary>
    public IReadOnlyList<string> DifferentFrom(WrittenPatient other) =>
        [.. Groups.Union(other.Groups).Where(group => !Of(group).SequenceEqual(other.Of(group))).Order(StringComparer.Ordinal)];

    private static IEnumerable<KeyValuePair<string, string?>> Plain(Patient p)
    {
        var chart = p.Chart;
        return new Dictionary<string, string?>
        {
            [PatientField.ChartNumber] = p.ChartNumber,
            [PatientField.FamilyName] = p.FamilyName,
            [PatientField.GivenName] = p.GivenName,
            [PatientField.FamilyKana] = p.FamilyKana,
            [PatientField.GivenKana] = p.GivenKana,
            [PatientField.BirthDate] = Date(p.BirthDate),
            [PatientField.Sex] = p.Sex.ToString(),
            [PatientField.Phone] = p.Phone,
            [PatientField.Mobile] = p.Mobile,
            [PatientField.Address] = p.Place.Address,
            [PatientField.SecondaryClinic] = p.SecondaryClinicId?.ToString(),
            [PatientField.Facility] = p.FacilityId?.ToString(),
            [PatientField.Room] = p.Place.Room,
            [PatientField.Diagnoses] = Lines(chart.Diagnoses),
            [PatientField.Medicines] = Lines(chart.Medicines),
            [PatientField.AsNeededMedicines] = Lines(chart.AsNeededMedicines),
            [PatientField.Narcotics] = Lines(chart.Narcotics),
            [PatientField.Allergies] = Lines(chart.Allergies),
            [PatientField.Dnar] = chart.Dnar ? "true" : null,
            [PatientField.AcpDate] = Date(chart.AdvanceCarePlan?.Date),
            [PatientField.AcpSigner] = chart.AdvanceCarePlan?.Signer,
            [PatientField.Wishes] = chart.AdvanceCarePlan?.Wishes,
            [PatientField.Entry] = chart.Entry,
            [PatientField.Parking] = chart.Parking,
            [PatientField.Pets] = chart.Pets,
            [PatientField.Infection] = chart.Infection,
            [PatientField.CareLevel] = chart.CareLevel,
            [PatientField.Insurance] = chart.Insurance,
            [PatientField.Burden] = chart.BurdenTenths?.ToString(CultureInfo.InvariantCulture),
            [PatientField.PublicExpense] = chart.PublicExpense,
            [PatientField.CareManager] = chart.CareManager?.Name,
            [PatientField.CareManagerPhone] = chart.CareManager?.Phone,
            [PatientField.HomeNursing] = chart.HomeNursing?.Name,
            [PatientField.HomeNursingPhone] = chart.HomeNursing?.Phone,
            [PatientField.BackupHospital] = chart.BackupHospital,
            [PatientField.LastScheduledVisit] = Date(chart.LastScheduledVisit),
            [PatientField.StandingInstructions] = chart.StandingInstructions,
        };
    }

    private static string? Date(DateOnly? date) => date?.ToString("O", CultureInfo.InvariantCulture);

    private static string Lines(IEnumerable<string> entries) => string.Join('\n', entries);
}
