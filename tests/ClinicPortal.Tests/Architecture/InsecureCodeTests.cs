using System.Text.RegularExpressions;

namespace ClinicPortal.Tests.Architecture;

/// <summary>What opens doors in other programs is written nowhere here, or only where it was looked at and is harmless.</summary>
public sealed partial class InsecureCodeTests
{
    [Theory]
    [InlineData(@"\bMarkupString\b|\bAddMarkupContent\b|\bHtmlString\b", "ClinicPortal/Modules/NightDesk/PaperSheet/PaperFile.razor")]
    [InlineData(@"\b(FromSql|ExecuteSql|SqlQuery)Raw\b")]
    [InlineData(@"\bProcessStartInfo\b|\bProcess\.Start\b", "ClinicPortal/Shared/Data/LocalPostgres/Command.cs", "ClinicPortal/Shared/Documents/ChromiumProcess.cs")]
    [InlineData(@"\bnew Random\b|\bRandom\.Shared\b")]
    [InlineData(@"\bMD5\b|SHA1\b", "ClinicPortal/Modules/Identity/Domain/Totp.cs", "ClinicPortal/Modules/Telehealth/Room/TurnCredentials.cs")]
    [InlineData(@"\bCipherMode\b|\bAes\.Create\b|\b(TripleDES|DES|RC2)\b|\bRSAEncryptionPadding\b")]
    [InlineData(@"\bunsafe\b(?! ?-)(?!-)|\bMarshal\.")]
    [InlineData(@"\b(XDocument|XmlDocument|XPathNavigator|XslCompiledTransform|XmlSerializer)\b")]
    [InlineData(@"\bXmlReader\.Create\b", "ClinicPortal/Shared/Tenancy/Settings/LogoSvg.cs")]
    [InlineData(@"\b(BinaryFormatter|NetDataContractSerializer|TypeNameHandling|CSharpScript)\b|\bAssembly\.Load")]
    [InlineData(@"\b(Use|Add|Require)Cors\b|Access-Control-|AccessControlAllow")]
    [InlineData(@"\bUse(DirectoryBrowser|FileServer|StaticFiles|HttpsRedirection|DeveloperExceptionPage)\b")]
    [InlineData(@"ServerCertificate(Custom)?ValidationCallback|DangerousAcceptAny", "ClinicPortal/Modules/Notifications/Adapters/SmtpMail.cs")]
    public void Sentence_IsWrittenOnlyWhereItIsHarmless(string pattern, params string[] places) => Violations.None(
        SourceFile.Matches(SourceFile.CSharp.Where(file => !places.Contains(file.Path)), new Regex(pattern)));

    [Fact]
    public void Script_DoesNotWriteMarkupNorRunText() => Violations.None(Scripts(WritesMarkup()));

    [Fact]
    public void BrowserStorage_HoldsTheDesksActivityOnly() => Violations.None(
        Scripts(BrowserStorage()).Where(found => found is not ("idle.ts: localStorage.setItem(lockedKey" or "idle.ts: localStorage.setItem(activeKey")));

    [Fact]
    public void PasswordFields_HideWhatIsTyped_AndTellPasswordManagersWhatTheyAre()
    {
        var fields = SourceFile.CSharp.SelectMany(file => PasswordField().Matches(file.Code)).Select(field => field.Value).ToList();

        Assert.True(fields.Count >= 8, $"{fields.Count} fields were found.");
        Violations.None(fields.Where(field => !field.Contains("TextInputType.Password", StringComparison.Ordinal) || !Autocomplete().IsMatch(field)));
    }

    [Fact]
    public void Password_HasNoDateOnWhichItEnds() => Violations.None(
        SourceFile.Matches(SourceFile.All.Where(file => file.Path.StartsWith("ClinicPortal/Modules/Identity/", StringComparison.Ordinal)), PasswordAge()));

    [Fact]
    public void Accounts_AreMadeByInvitation_AndByTheDemonstrationInDevelopmentOnly()
    {
        Assert.Equal(
            ["ClinicPortal/Modules/Identity/Demo/IdentityDemo.cs", "ClinicPortal/Modules/Identity/Invitations/AcceptInvitation.cs"],
            SourceFile.CSharp.Where(file => file.Code.Contains("= new Account(", StringComparison.Ordinal)).Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Matches(LeavesOutsideDevelopment(), Code("ClinicPortal/Modules/Identity/Demo/IdentityDemo.cs"));
    }

    [Fact]
    public void GalleryAndDemonstration_AreOfDevelopmentOnly()
    {
        Assert.Matches(GalleryInDevelopment(), Code("ClinicPortal/Ui/UiModule.cs"));
        Assert.Equal(["ClinicPortal/Ui/Gallery/GalleryEndpoints.cs", "ClinicPortal/Ui/UiModule.cs"],
            SourceFile.CSharp.Where(file => file.Code.Contains("MapGallery(", StringComparison.Ordinal)).Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Matches(LeavesOutsideDevelopment(), Code("ClinicPortal/Modules/Identity/Demo/IdentityDemo.cs"));
    }

    private static string Code(string path) => SourceFile.All.Single(file => file.Path == path).Code;

    private static IEnumerable<string> Scripts(Regex pattern)
    {
        var scripts = SourceFile.Find("*.ts").Where(path => path.Contains("scripts", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(scripts);
        return from path in scripts from Match match in pattern.Matches(File.ReadAllText(path)) select $"{Path.GetFileName(path)}: {match.Value}";
    }

    [GeneratedRegex(@"\b(inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdocument\.write|\beval\(|\bnew Function\b|\bset(Timeout|Interval)\(\s*[""'`]|__proto__|\bObject\.assign\b|\bpostMessage\b")]
    private static partial Regex WritesMarkup();

    [GeneratedRegex(@"\b(localStorage|sessionStorage)(?!\.getItem)(\.setItem\(\w*)?|\bindexedDB\b|\bcaches\.")]
    private static partial Regex BrowserStorage();

    [GeneratedRegex(@"<Fluent\w+\s[^>]*?Name=""(password|current|proof)""(?:[^>""]|""[^""]*""|@[\w.]+\([^)]*\))*/?>", RegexOptions.Singleline)]
    private static partial Regex PasswordField();

    [GeneratedRegex(@"Autocomplete=""(current|new)-password""")]
    private static partial Regex Autocomplete();

    [GeneratedRegex(@"password_?(expires|changed_at|valid_until|max_?age)", RegexOptions.IgnoreCase)]
    private static partial Regex PasswordAge();

    [GeneratedRegex(@"SeedAsync\([^)]*\)\s*\{\s*if \(!environment\.IsDevelopment\(\)\)\s*\{\s*return;")]
    private static partial Regex LeavesOutsideDevelopment();

    [GeneratedRegex(@"IsDevelopment\(\)\)\s*\{\s*app\.MapGallery\(\);")]
    private static partial Regex GalleryInDevelopment();
}
