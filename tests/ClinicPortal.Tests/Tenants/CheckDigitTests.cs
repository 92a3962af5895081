using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Tenants;

public sealed class CheckDigitTests
{
    [Theory]
    [InlineData("0110113719", true)]
    [InlineData("0110113718", false)]
    [InlineData("0110113791", false)]
    [InlineData("011011371", false)]
    [InlineData("01101137190", false)]
    [InlineData("4810113710", false)]
    [InlineData("0120113718", false)]
    [InlineData("０１１０１１３７１９", false)]
    [InlineData(null, false)]
    public void InstitutionCode_NeedsTenDigitsWithLuhn(string? text, bool valid) =>
        Assert.Equal(valid, InstitutionCode.TryParse(text, out _));

    [Theory]
    [InlineData("T3999999900022", true)]
    [InlineData("T6999999900022", false)]
    [InlineData("5999999900022", false)]
    [InlineData("t5999999900022", false)]
    [InlineData("T599999990002", false)]
    [InlineData("T3999999900202", false)]
    [InlineData(null, false)]
    public void RegistrationNumber_NeedsThirteenDigitsWithCheckDigit(string? text, bool valid) =>
        Assert.Equal(valid, RegistrationNumber.TryParse(text, out _));

    [Fact]
    public void Parsed_NumbersReadAsWritten()
    {
        Assert.Equal("0110113719", InstitutionCode.Parse("0110113719").ToString());
        Assert.Equal("T3999999900022", RegistrationNumber.Parse("T3999999900022").ToString());
    }
}
