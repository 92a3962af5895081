namespace ClinicPortal.Shared.Tenancy.Settings.Demo;

/// <summary>Reads the demo folders. They are committed with the code and read in Development only, so a mistake is thrown.</summary>
public static class DemoFolder
{
    private const string MoneyFile = "money.yaml";

    public static DemoTenant Read(TenantDefinition tenant) => new(
        Table<DemoClinic>(tenant.DemoDirectory, "clinics.csv"),
        Table<DemoFacility>(tenant.DemoDirectory, "facilities.csv"),
        Table<DemoPatient>(tenant.DemoDirectory, "patients.csv"),
        Document<DemoStaff>(tenant.DemoDirectory, "staff.yaml"),
        Document<DemoShifts>(tenant.DemoDirectory, "shifts.yaml"),
        Document<DemoConsultations>(tenant.DemoDirectory, "consultations.yaml"),
        File.Exists(Path.Combine(tenant.DemoDirectory, MoneyFile)) ? Document<DemoMoney>(tenant.DemoDirectory, MoneyFile) : null);

    public static DemoStaff Read(DeskDefinition desk) => Document<DemoStaff>(desk.DemoDirectory, "staff.yaml");

    private static IReadOnlyList<T> Table<T>(string directory, string file)
        where T : class
    {
        var problems = new SettingsProblems(file);
        var rows = new SettingsTable(problems).Read<T>(Path.Combine(directory, file));
        ThrowIfAny(problems, directory);
        return rows;
    }

    private static T Document<T>(string directory, string file)
        where T : class
    {
        var problems = new SettingsProblems(file);
        var document = new SettingsDocument(problems).Read<T>(Path.Combine(directory, file));
        ThrowIfAny(problems, directory);
        return document ?? throw new InvalidDataException($"{directory}/{file} is empty.");
    }

    private static void ThrowIfAny(SettingsProblems problems, string directory)
    {
        if (problems.Found.Count > 0)
        {
            throw new InvalidDataException($"{directory}{Environment.NewLine}{string.Join(Environment.NewLine, problems.Found)}");
        }
    }
}
