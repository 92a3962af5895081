using System.Net;
using System.Text;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Domain;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>A clinic uploads a file, sees every row, and confirms.</summary>
public sealed class ImportPatientsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Heading = "カルテ番号,姓,名,セイ,メイ,生年月日,性別,電話番号,住所,連絡先,DNAR";

    [Fact]
    public async Task Preview_ShowsEveryRowsProblemsAndSavesNothing()
    {
        using var browser = await SignInAsync("clinic1@setagaya.example");

        var preview = await UploadAsync(browser, Encoding.UTF8.GetBytes($"""
            {Heading}
            A1,試験,一郎,シケン,イチロウ,昭和15年3月2日,男,03-5555-1234,世田谷区経堂1-38-2,試験 花子/妻/09000001111,あり
            A2,試験,二郎,試験,ジロウ,昭和64年1月8日,おとこ,5555,大阪市北区梅田1-1,花子,たぶん
            A1,試験,一郎,シケン,イチロウ,S15.3.2,男,,世田谷区経堂一丁目1,,
            ,青木,淑子,アオキ,ヨシコ,昭和14年1月1日,女,,世田谷区千歳台三丁目24-19,,
            """));

        Assert.Equal(["", "row-problem", "row-problem", "row-problem"], preview.Document.QuerySelectorAll("tbody tr").Select(row => row.ClassName ?? ""));
        Assert.Equal(
            ["カタカナ", "日付として", "男 か 女", "電話番号", "町丁目", "氏名/続柄/電話番号", "あり か なし"],
            Expected(preview.Document.QuerySelectorAll("tbody tr")[1], ["カタカナ", "日付として", "男 か 女", "電話番号", "町丁目", "氏名/続柄/電話番号", "あり か なし"]));
        Assert.Equal(["2行目と同じ氏名", "2行目と同じカルテ番号"], Expected(preview.Document.QuerySelectorAll("tbody tr")[2], ["2行目と同じ氏名", "2行目と同じカルテ番号"]));
        Assert.Equal(["登録されています"], Expected(preview.Document.QuerySelectorAll("tbody tr")[3], ["登録されています"]));
        Assert.Equal(0, await CountAsync("試験", "一郎"));
    }

    [Theory]
    [InlineData(65001, "乙")]
    [InlineData(932, "丙")]
    public async Task Confirmed_PatientIsFoundWithEverythingThatWasWritten(int codePage, string givenName)
    {
        using var browser = await SignInAsync("clinic2@setagaya.example");
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: true);
        var preview = await UploadAsync(browser, [.. encoding.Preamble, .. encoding.GetBytes($"""
            {Heading}
            B-{codePage},取込,{givenName},トリコミ,ジロウ,S15.3.2,男,0355559876,世田谷区経堂1-38-2,取込 花子/妻/09000002222,あり
            """)]);

        var done = await browser.PostAsync(preview, preview.Url.AbsolutePath);

        Assert.Equal("/patients?imported=1", done.Location!.PathAndQuery);
        var id = await portal.Database.ReadAsync<Guid>("SELECT id FROM patients.patient WHERE family_name = '取込' AND given_name = $1", givenName);
        Assert.Equal("1940-03-02 03-5555-9876", await portal.Database.ReadAsync<string>("SELECT concat_ws(' ', birth_date, phone) FROM patients.patient WHERE id = $1", id));
        Assert.Equal("世田谷区経堂一丁目", (await portal.Database.OpenAsync<PatientPlace>("patients.patient.sealed_place", id)).TownName);
        var chart = await portal.Database.OpenAsync<ChartSummary>("patients.patient.sealed_chart", id);
        Assert.Equal((true, "090-0000-2222"), (chart.Dnar, chart.KeyPersons[0].Phone));
        using var api = portal.Node.Api("demo.setagaya.clinic2");
        Assert.Contains(givenName, (await api.GetAsync("/api/v1/patients?query=09000002222")).Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ConfirmedTwice_IsImportedOnce()
    {
        using var browser = await SignInAsync("clinic3@setagaya.example");
        var preview = await UploadAsync(browser, Encoding.UTF8.GetBytes($"{Heading}\nC1,二度,一人,ニド,ヒトリ,1950-01-01,女,,世田谷区経堂1-38-2,,\n"));
        var again = await browser.GetAsync(preview.Url);

        await browser.PostAsync(preview, preview.Url.AbsolutePath);
        var repeated = await browser.PostAsync(preview, preview.Url.AbsolutePath);
        var second = await browser.PostAsync(again, again.Url.AbsolutePath);

        Assert.Equal("/patients?imported=1", repeated.Location!.PathAndQuery);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.Status);
        Assert.Equal(1, await CountAsync("二度", "一人"));
        Assert.True(await portal.Database.ReadAsync<bool>("SELECT bool_and(sealed_content IS NULL) FROM patients.patient_import WHERE imported_at IS NOT NULL"));
    }

    [Fact]
    public async Task Rows_ThatChangedSinceThePreview_AreNotImported()
    {
        using var browser = await SignInAsync("clinic5@setagaya.example");
        var file = Encoding.UTF8.GetBytes($"{Heading}\nD1,同時,一人,ドウジ,ヒトリ,1950-01-01,女,,世田谷区経堂1-38-2,,\n");
        var first = await UploadAsync(browser, file);
        var second = await UploadAsync(browser, file);
        await browser.PostAsync(first, first.Url.AbsolutePath);

        var refused = await browser.PostAsync(second, second.Url.AbsolutePath);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(1, await CountAsync("同時", "一人"));
    }

    [Fact]
    public async Task AnotherClinicsFile_DoesNotExist()
    {
        using var browser = await SignInAsync("clinic1@setagaya.example");
        using var other = await SignInAsync("clinic2@setagaya.example");
        var preview = await UploadAsync(browser, Encoding.UTF8.GetBytes($"{Heading}\nE1,他院,一人,タイン,ヒトリ,1950-01-01,女,,世田谷区経堂1-38-2,,\n"));

        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(preview.Url)).Status);
    }

    [Theory]
    [InlineData("姓,名\n前田,節子\n", "セイ、メイ、生年月日、性別、住所")]
    [InlineData(Heading + "\n", "データの行がありません")]
    [InlineData(Heading + "\n\"A1,前田\n", "引用符")]
    public async Task File_ThatIsNoListOfPatients_IsRefused(string content, string reason)
    {
        using var browser = await SignInAsync("clinic1@setagaya.example");

        var page = await PostFileAsync(browser, Encoding.UTF8.GetBytes(content));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains(reason, page.Document.QuerySelector(".field-message")!.TextContent, StringComparison.Ordinal);
    }

    private Task<Browser> SignInAsync(string email) => Browser.SignInAsync(portal.Node, email, Setagaya);

    private async Task<BrowserPage> UploadAsync(Browser browser, byte[] file)
    {
        var uploaded = await PostFileAsync(browser, file);
        Assert.Equal(HttpStatusCode.SeeOther, uploaded.Status);
        return await browser.GetAsync(uploaded.Location!);
    }

    private async Task<BrowserPage> PostFileAsync(Browser browser, byte[] file)
    {
        var page = await browser.GetAsync(portal.Node.Url("/patients/import", Setagaya));
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in page.Form("/patients/import").Where(field => field.Key != "file"))
        {
            content.Add(new StringContent(value), name);
        }
        content.Add(new ByteArrayContent(file), "file", "patients.csv");
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Url) { Content = content });
    }

    private Task<long> CountAsync(string familyName, string givenName) =>
        portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.patient WHERE family_name = $1 AND given_name = $2", familyName, givenName);

    /// <summary>Of the expected problems, those that the row shows.</summary>
    private static IEnumerable<string> Expected(IElement row, string[] problems)
    {
        var shown = string.Concat(row.QuerySelectorAll(".field-message").Select(message => message.TextContent));
        return problems.Where(problem => shown.Contains(problem, StringComparison.Ordinal));
    }
}
