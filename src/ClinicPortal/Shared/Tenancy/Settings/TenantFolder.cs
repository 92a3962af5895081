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
    internal const string TenantFile = "tenant.yaml";
    internal const string DeskFile = "desk.yaml";
    internal const string PricesFile = "prices.yaml";
    internal const string PayFile = "pay.yaml";
    internal const string TermsFile = "terms.yaml";
    internal const string AreasFile = "areas.csv";
    internal const string LogoFile = "logo.svg";
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
        var logo = LoadLogo(folder, problems);
        return problems.Count == 0 && settings is not null ? new DeskDefinition(settings, logo, Path.Combine(folder, DemoFolderName)) : null;
    }

    private static TenantDefinition? LoadTenant(string folder, List<SettingsProblem> problems)
    {
        var settings = LoadSettings(folder, problems);
        var prices = LoadPrices(folder, problems);
        var pay = LoadPay(folder, problems);
        var areas = LoadAreas(folder, problems);
        var terms = LoadTerms(folder, problems);
        var logo = LoadLogo(folder, problems);
        return problems.Count == 0 && settings is not null && prices is not null
            ? new TenantDefinition(settings, prices, areas, logo, Path.Combine(folder, DemoFolderName)) { Terms = terms, Pay = pay }
            : null;
    }

    private static TenantSettings? LoadSettings(string folder, List<SettingsProblem> problems)
    {
        var document = Document(folder, TenantFile);
        var settings = document.Read<TenantSettings>(Path.Combine(folder, TenantFile));
        if (settings is not null)
        {
            CheckIdentifier(document, settings.Identifier, folder);
            SettingsRules.Check(document, settings, desk => File.Exists(Path.Combine(folder, "..", desk, DeskFile)));
        }

        problems.AddRange(document.Problems.Found);
        return settings;
    }

    private static PriceList? LoadPrices(string folder, List<SettingsProblem> problems)
    {
        var document = Document(folder, PricesFile);
        var prices = document.Read<PriceList>(Path.Combine(folder, PricesFile));
        if (prices is not null)
        {
            PriceRules.Check(document, prices);
        }

        problems.AddRange(document.Problems.Found);
        return prices;
    }

    /// <summary>An association may pay its doctors and drivers elsewhere; there are no pay sheets then.</summary>
    private static PayRates? LoadPay(string folder, List<SettingsProblem> problems)
    {
        if (!File.Exists(Path.Combine(folder, PayFile)))
        {
            return null;
        }
        var document = Document(folder, PayFile);
        var pay = document.Read<PayRates>(Path.Combine(folder, PayFile));
        if (pay is not null)
        {
            PayRateRules.Check(document, pay);
        }

        problems.AddRange(document.Problems.Found);
        return pay;
    }

    /// <summary>An association may open before its terms are written; its clinics are not asked to accept any then.</summary>
    private static IReadOnlyList<TermsVersion> LoadTerms(string folder, List<SettingsProblem> problems)
    {
        if (!File.Exists(Path.Combine(folder, TermsFile)))
        {
            return [];
        }
        var document = Document(folder, TermsFile);
        var terms = document.Read<TermsList>(Path.Combine(folder, TermsFile))?.Documents ?? [];
        if (document.Problems.Found.Count == 0 && terms.DistinctBy(t => (t.Document, t.EffectiveFrom)).Count() < terms.Count)
        {
            document.Problems.Add(document.LineOf("documents"), "documents", "SameStart");
        }

        problems.AddRange(document.Problems.Found);
        return document.Problems.Found.Count == 0 ? terms : [];
    }

    private static IReadOnlyList<TownBlock> LoadAreas(string folder, List<SettingsProblem> problems)
    {
        var found = new SettingsProblems(FileName(folder, AreasFile));
        var areas = new SettingsTable(found).Read<TownBlock>(Path.Combine(folder, AreasFile));
        SettingsRules.Check(found, areas);
        problems.AddRange(found.Found);
        return areas;
    }

    private static string LoadLogo(string folder, List<SettingsProblem> problems)
    {
        var found = new SettingsProblems(FileName(folder, LogoFile));
        var path = Path.Combine(folder, LogoFile);
        var logo = "";
        if (File.Exists(path))
        {
            logo = File.ReadAllText(path);
            LogoSvg.Check(found, logo);
        }
        else
        {
            found.Add(0, "", "FileMissing");
        }

        problems.AddRange(found.Found);
        return logo;
    }

    private static void CheckIdentifier(SettingsDocument document, string? identifier, string folder)
    {
        if (identifier is not null && identifier != Path.GetFileName(folder))
        {
            document.Problems.Add(document.LineOf("identifier"), "identifier", "NotFolderName", Path.GetFileName(folder));
        }
    }

    private static SettingsDocument Document(string folder, string file) => new(new SettingsProblems(FileName(folder, file)));

    private static string FileName(string folder, string file) => $"{Path.GetFileName(folder)}/{file}";
}

/// <summary>A folder that was not loaded, and why.</summary>
public sealed record RefusedFolder(string Name, IReadOnlyList<SettingsProblem> Problems);
