using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;

namespace ClinicPortal.Tests.Patients;

public sealed class PatientTermsTests
{
    private static readonly IReadOnlyList<string> Terms = [.. Register().SearchTerms()];

    [Theory]
    [InlineData("前田")]
    [InlineData("節子")]
    [InlineData("田節")]
    [InlineData("マエダセツ")]
    [InlineData("5204")]
    [InlineData("55555")]
    [InlineData("07000001807")]
    public void EveryPart_IsHowATermBegins(string part) =>
        Assert.Contains(Terms, term => term.TrimStart(SearchText.WholeMark).StartsWith(part, StringComparison.Ordinal));

    [Theory]
    [InlineData("^前田節子")]
    [InlineData("^マエダセツコ")]
    [InlineData("^0355555204")]
    [InlineData("^S0001")]
    public void WholeNamesAndNumbers_AreMarked(string term) => Assert.Contains(term, Terms);

    [Fact]
    public void Terms_AreThereOnce() => Assert.Equal(Terms.Count, Terms.Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void EndsOfPhoneNumbers_TooShortToAskFor_AreNoTerms() => Assert.DoesNotContain("204", Terms);

    private static Patient Register() => Patient.Register(
        Guid.NewGuid(), Guid.NewGuid(), new PatientDetails
        {
            FamilyName = "前田",
            GivenName = "節子",
            FamilyKana = "マエダ",
            GivenKana = "セツコ",
            BirthDate = new DateOnly(1936, 9, 14),
            Sex = Sex.Female,
            Phone = "03-5555-5204",
            Address = "世田谷区成城七丁目10-15",
            TownName = "世田谷区成城七丁目",
            PrimaryClinic = (new ClinicId(Guid.NewGuid()), "成城みどり坂クリニック"),
            ChartNumber = "S0001",
            Chart = new ChartSummary { KeyPersons = [new KeyPerson("前田 典子", "長男の妻", "070-0000-1807")] },
        },
        new DateTimeOffset(2026, 11, 22, 21, 0, 0, TimeSpan.FromHours(9)));
}
