using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;

namespace ClinicPortal.Tests.Patients;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("まえだ せつこ", "マエダセツコ")]
    [InlineData("マエダ\u3000セツコ", "マエダセツコ")]
    [InlineData("マエダ・セツコ", "マエダセツコ")]
    [InlineData("\uFF8F\uFF74\uFF80\uFF9E \uFF7E\uFF82\uFF7A", "マエダセツコ")]
    [InlineData("ガッツ ジョー", "ガツツジヨー")]
    [InlineData("髙橋", "高橋")]
    [InlineData("齋藤", "斉藤")]
    [InlineData("佐々木", "佐々木")]
    [InlineData("smith", "SMITH")]
    public void Letters_AreTheSame_HoweverTheyWereTyped(string typed, string expected) => Assert.Equal(expected, SearchText.Letters(typed));

    [Theory]
    [InlineData("03-5555-5204", "0355555204")]
    [InlineData("+81 3-5555-5204", "0355555204")]
    [InlineData("+81 (0)3-5555-5204", "0355555204")]
    [InlineData("070(0000)1807", "07000001807")]
    public void PhoneDigits_AreThoseDialledInJapan(string typed, string expected) => Assert.Equal(expected, PhoneDigits.Of(typed));

    [Theory]
    [InlineData("07000001807", "070-0000-1807")]
    [InlineData("+81 3 5555 5204", "03-5555-5204")]
    [InlineData("0120123456", "0120-123-456")]
    [InlineData("0466-22-1111", "0466-22-1111")]
    public void PhoneNumber_GetsItsHyphens(string typed, string expected)
    {
        Assert.True(PhoneNumber.TryRead(typed, out var number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("5555-5204")]
    [InlineData("1234567890")]
    [InlineData("電話なし")]
    public void PhoneNumber_ThatCannotBeDialled_IsRefused(string typed) => Assert.False(PhoneNumber.TryRead(typed, out _));
}
