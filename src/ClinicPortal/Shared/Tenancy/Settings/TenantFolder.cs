namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>
/// The <c>tenants/</c> folder: one folder an association (<c>tenant.yaml</c>) or shared night desk (<c>desk.yaml</c>). A folder
/// with a mistake is refused with all its mistakes; the others are not held up by it.
/// </summary>
public sealed record TenantFolder(
    IReadOnlyList<TenantDefinition> Tenants,
    IReadOnlyList<DeskDefinition> Desks,
    IReadOnlyList<RefusedFolder> Refused)
{
    private const string TenantFile = "tenant.yaml";
    private const string DeskFile = "desk.yaml";
    private const string PricesFile = "prices.yaml";
    private const string AreasFile = "areas.csv";
    private const string LogoFile = "logo.svg";
    private const string DemoFolderName = "demo";

    public static TenantFolder Load(string path)
    {
        var tenants = new List<TenantDefinition>();
        var desks = new List<DeskDefinition>();
        var refused = new List<RefusedFolder>();
        foreach (var folder in Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal))
        {
            var problems = new List<SettingsProblem>();
            if (File.Exists(Path.Combine(folder, DeskFile)))
            {
                if (LoadDesk(folder, problems) is { } desk)
                {
                    desks.Add(desk);
                }
            }
            else if (LoadTenant(folder, problems) is { } tenant)
            {
                tenants.Add(tenant);
            }

            if (problems.Count > 0)
            {
                refused.Add(new RefusedFolder(Path.GetFileName(folder), problems));
            }
        }

        return new TenantFolder(tenants, desks, refused);
    }

    private static DeskDefinition? LoadDesk(string folder, List<SettingsProblem> problems)
    {
        var document = Document(folder, DeskFile);
        var settings = document.Read<DeskSettings>(Path.Combine(folder, DeskFile));
        if (settings is not null)
        {
            CheckIdentifier(document, settings.Identifier, folder);
        }

        problems.AddRange(document.Problems.Found);
        return problems.Count == 0 && settings is not null ? new DeskDefinition(settings, Path.Combine(folder, DemoFolderName)) : null;
    }

    private static TenantDefinition? LoadTenant(string folder, List<SettingsProblem> problems)
    {
        var settings = LoadSettings(folder, problems);
        var prices = LoadPrices(folder, problems);
        var areas = LoadAreas(folder, problems);
        var logo = Path.Combine(folder, LogoFile);
        if (!File.Exists(logo))
        {
            var missing = new SettingsProblems(FileName(folder, LogoFile));
            missing.Add(0, "", "FileMissing");
            problems.AddRange(missing.Found);
        }

        return problems.Count == 0 && settings is not null && prices is not null
            ? new TenantDefinition(settings, prices, areas, logo, Path.Combine(folder, DemoFolderName))
            : null;
    }

    private static TenantSettings? LoadSettings(string folder, List<SettingsProblem> problems)
    {
        var document = Document(folder, TenantFile);
        var settings = document.Read<TenantSettings>(Path.Combine(folder, TenantFile));
        if (settings is not null)
        {
            CheckIdentifier(document, settings.Identifier, folder);
            CheckDesk(document, settings.Desk, folder);
            CheckLevels(document, settings.Triage);
            CheckCalendars(document, settings);
        }

        problems.AddRange(document.Problems.Found);
        return settings;
    }

    private static PriceList? LoadPrices(string folder, List<SettingsProblem> problems)
    {
        var document = Document(folder, PricesFile);
        var prices = document.Read<PriceList>(Path.Combine(folder, PricesFile));
        // What could not be read has been noted already, and is not there to be looked at more closely.
        if (document.Problems.Found.Count == 0 && prices is not null)
        {
            foreach (var (versionIndex, version) in prices.Versions.Index())
            {
                foreach (var (planIndex, plan) in version.Plans.Index())
                {
                    CheckTiers(document, plan, $"versions[{versionIndex}].plans[{planIndex}].monthlyBase");
                }
            }
        }

        problems.AddRange(document.Problems.Found);
        return prices;
    }

    private static IReadOnlyList<TownBlock> LoadAreas(string folder, List<SettingsProblem> problems)
    {
        var found = new SettingsProblems(FileName(folder, AreasFile));
        var areas = new SettingsTable(found).Read<TownBlock>(Path.Combine(folder, AreasFile));
        // The heading is line 1, and a row that could not be read has been reported by its own line.
        var codes = new HashSet<string>();
        foreach (var (index, block) in areas.Index())
        {
            if (found.Found.Count == 0 && !codes.Add(block.Code))
            {
                found.Add(index + 2, "code", "Twice", block.Code);
            }
        }

        problems.AddRange(found.Found);
        return areas;
    }

    private static void CheckIdentifier(SettingsDocument document, string? identifier, string folder)
    {
        if (identifier is not null && identifier != Path.GetFileName(folder))
        {
            document.Problems.Add(document.LineOf("identifier"), "identifier", "NotFolderName", Path.GetFileName(folder));
        }
    }

    private static void CheckDesk(SettingsDocument document, string? desk, string folder)
    {
        if (desk is not null && !File.Exists(Path.Combine(folder, "..", desk, DeskFile)))
        {
            document.Problems.Add(document.LineOf("desk"), "desk", "UnknownDesk", desk);
        }
    }

    private static void CheckLevels(SettingsDocument document, TriageSettings? triage)
    {
        if (triage?.Levels is { } levels && !levels.Select(level => level?.Level).Order().SequenceEqual(Enum.GetValues<TriageLevel>().Cast<TriageLevel?>()))
        {
            document.Problems.Add(document.LineOf("triage.levels"), "triage.levels", "LevelsNotEachOnce");
        }
    }

    /// <summary>What <see cref="TenantCalendars"/> could not be built from.</summary>
    private static void CheckCalendars(SettingsDocument document, TenantSettings settings)
    {
        // What could not be read has been noted already, and is not there to be looked at more closely.
        if (document.Problems.Found.Count > 0)
        {
            return;
        }
        var night = settings.OutOfHours.WeekdayNight;
        if (night.To >= night.From)
        {
            document.Problems.Add(document.LineOf("outOfHours.weekdayNight"), "outOfHours.weekdayNight", "NightWithinOneDay");
        }
        if (settings.FeeClasses.DistinctBy(c => c.EffectiveFrom).Count() < settings.FeeClasses.Count)
        {
            document.Problems.Add(document.LineOf("feeClasses"), "feeClasses", "SameStart");
        }
    }

    private static void CheckTiers(SettingsDocument document, PricePlan plan, string field)
    {
        for (var i = 1; i < plan.MonthlyBase.Count; i++)
        {
            if (plan.MonthlyBase[i].UpToPatients <= plan.MonthlyBase[i - 1].UpToPatients)
            {
                var tier = $"{field}[{i}].upToPatients";
                document.Problems.Add(document.LineOf(tier), tier, "NotAscending");
            }
        }
    }

    private static SettingsDocument Document(string folder, string file) => new(new SettingsProblems(FileName(folder, file)));

    private static string FileName(string folder, string file) => $"{Path.GetFileName(folder)}/{file}";
}

/// <summary>A folder that was not loaded, and why.</summary>
public sealed record RefusedFolder(string Name, IReadOnlyList<SettingsProblem> Problems);
