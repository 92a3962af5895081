namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary><c>areas.csv</c> as text, by the rules of the folder.</summary>
public static class TownBlockFile
{
    public static (IReadOnlyList<TownBlock> Areas, IReadOnlyList<SettingsProblem> Problems) Read(string csv)
    {
        var problems = new SettingsProblems(TenantFolder.AreasFile);
        var areas = new SettingsTable(problems).Parse<TownBlock>(csv);
        SettingsRules.Check(problems, areas);
        return (areas, problems.Found);
    }
}
