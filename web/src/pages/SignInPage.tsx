/** Sign-in: the first thing that a browser without a session sees. */
import { Button, Card, Form, Input, theme, Typography } from "antd";
import { useTranslation } from "react-i18next";

import { useSignIn } from "../api/session";
import { Failure } from "../components/Failure";
import { Switches } from "../components/Switches";

interface Fields {
  username: string;
  password: string;
}

export function SignInPage() {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const signIn = useSignIn();
  const [form] = Form.useForm<Fields>();
  const needed = [{ required: true, message: t("console.needed") }];
  return (
    <main
      style={{
        minHeight: "100dvh",
        display: "grid",
        placeItems: "center",
        padding: 16,
        background: token.colorBgLayout,
        boxSizing: "border-box",
      }}
    >
      <Card style={{ width: "100%", maxWidth: 400 }}>
        <div style={{ display: "flex", alignItems: "center", gap: 12, marginBottom: 24 }}>
          <img src="/venvoy.svg" alt="" width={36} height={36} />
          <Typography.Title level={1} style={{ fontSize: 22, margin: 0, flex: 1 }}>
            {t("console.sign-in.title")}
          </Typography.Title>
          <Switches />
        </div>
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ username: "admin" }}
          onFinish={(fields) => {
            if (!signIn.isPending) signIn.mutate(fields);
          }}
        >
          <Form.Item name="username" label={t("console.sign-in.username")} rules={needed}>
            <Input autoComplete="username" size="large" />
          </Form.Item>
          <Form.Item name="password" label={t("console.sign-in.password")} rules={needed}>
            <Input.Password autoComplete="current-password" size="large" autoFocus />
          </Form.Item>
          {signIn.isError && (
            <div style={{ marginBottom: 16 }}>
              <Failure error={signIn.error} />
            </div>
          )}
          <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
            {t("console.sign-in.submit")}
          </Button>
        </Form>
        <Typography.Paragraph type="secondary" style={{ margin: "16px 0 0" }}>
          {t("console.sign-in.where")}
        </Typography.Paragraph>
      </Card>
    </main>
  );
}
